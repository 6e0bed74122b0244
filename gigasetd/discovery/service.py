# -*- test-case-name: tests.discovery.test_namespaces -*-
"""
Being found: on each link as long as it is there.

Unlike with other listeners, a port that cannot be had does not end the start:
other programs (avahi, a media server, another SIP server) may hold it, and
phones find this server by DHCP and DNS just as well.  It is said once.

Layer 4 (assembly).
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from twisted.application.service import Service
from twisted.logger import Logger

from gigasetd.control.messages import Answer, Asked
from gigasetd.devices.checkin import Facts, report
from gigasetd.discovery import pnp
from gigasetd.discovery.dhcp import optionLines
from gigasetd.discovery.endpoints import Endpoints
from gigasetd.discovery.interface import NetworkLink, rootUrl
from gigasetd.discovery.multicast import MulticastGroup, groupSocket, links
from gigasetd.discovery.responder import LinkResponder
from gigasetd.discovery.shared import COUNTS, LinkContext
from gigasetd.discovery.ssdp import LIFETIME, deviceOf
from gigasetd.errors import BadValue, StoreError
from gigasetd.ratelimit.bucket import RateLimiter
from gigasetd.site.part import Part
from gigasetd.site.site import Site
from gigasetd.telemetry.log import logListening

POLL = 3.0  #: seconds between two looks at the interfaces
REPEAT = LIFETIME / 3  #: seconds between two announcements by SSDP
DEVICE = "/device"
"""Where below the web server's root devices fetch their settings."""

log = Logger()


class DiscoveryService(Service):
    """
    @ivar device: what we are for SSDP.
    @ivar present: the links that we are on.
    @ivar counts: datagrams heard, sent and left unanswered, by reason.
    """

    name = "discovery"

    def __init__(self, site: Site) -> None:
        self.device = deviceOf(site.keys.derive("discovery"), site.status.started)
        self.present: dict[NetworkLink, LinkResponder] = {}
        self.counts = dict.fromkeys(COUNTS, 0)
        self._config = site.config
        self._registry = site.registry
        self._settle = site.store.settle
        self._clock = site.clock
        self._reactor = site.reactor
        self._public = site.public
        self._besideSIP = site.running.besideSIP
        self._reach = Endpoints(site.config.server.public_address, site.ports)
        self._own: frozenset[str] = frozenset()
        self._told: set[MulticastGroup] = set()
        self._calls: dict[float, Any] = {}
        self._common = self._shared()

    def _shared(self) -> LinkContext:
        """
        What all links share.
        """
        section = self._config.discovery
        return LinkContext(
            self.device,
            self._reach.root,
            self._reach.offers,
            self._reach.addresses,
            lambda host: host.partition("%")[0] in self._own,
            lambda mac: mac in self._registry.devices,
            self._note,
            self._opened,
            RateLimiter(section.requests_per_second, 1024),
            RateLimiter(section.requests_in_all, 1),
            self._clock.now,
            self.counts,
            self._reactor,
        )

    # sockets

    def _opened(self, group: MulticastGroup, link: NetworkLink) -> socket.socket | None:
        """
        A socket for a group on a link, L{None} where it cannot be had.
        """
        try:
            opened: socket.socket = self._besideSIP(lambda: groupSocket(group, link))
        except OSError as error:
            self._tell(group, error)
            return None
        if group not in self._told:
            self._told.add(group)
            logListening(group.service, "udp", group.address, group.port)
        return opened

    def _tell(self, group: MulticastGroup, error: OSError) -> None:
        """
        Say, once a group, that it cannot be listened to.
        """
        if group in self._told:
            return
        self._told.add(group)
        log.warn(
            "{service} is not answered: port {port} of {group}: {reason};"
            " everything else goes on",
            service=group.service,
            port=group.port,
            group=group.address,
            reason=error.strerror or str(error),
        )

    # what phones tell

    def _note(self, ask: pnp.PnpRequest, host: str) -> None:
        """
        Keep what a phone told of itself; nothing of it is proven.
        """
        agent = ask.agent
        facts = Facts(
            ask.mac,
            product=agent.base,
            software_version=agent.firmware,
            private_ip=host,
            public_ip=host,
        )
        report(self._registry, facts, self._clock.now())
        # The store says itself that it is away; the phone was answered.
        with suppress(StoreError):
            self._settle()

    # life

    def startService(self) -> None:
        """
        Join the links that there are, and watch for others.
        """
        super().startService()
        if self._config.discovery.enabled:
            self._repeat(POLL, self.look)
            self._repeat(REPEAT, self._refresh, at=REPEAT)

    def _repeat(self, seconds: float, what: Callable[[], None], at: float = 0) -> None:
        """
        Do something now, or at its moment, and again and again.
        """
        self._calls[seconds] = self._reactor.callLater(
            seconds, self._repeat, seconds, what
        )
        if not at:
            what()

    def look(self) -> None:
        """
        Join what has come and leave what has gone; an interface whose
        addresses have changed is another one.
        """
        # An interface may go while it is being listed.
        with suppress(OSError):
            there = links(self._config.discovery.interfaces)
            self._own = frozenset[str]().union(*(one.addresses() for one in there))
            for link in self.present.keys() - there:
                self.present.pop(link).close()
            for link in sorted(there - self.present.keys()):
                self.present[link] = LinkResponder(link, self._common)

    def _refresh(self) -> None:
        """
        Say again that we are here.
        """
        for presence in self.present.values():
            presence.refresh()

    def stopService(self) -> None:
        """
        Say goodbye and leave every link.
        """
        super().stopService()
        for call in self._calls.values():
            if call.active():
                call.cancel()
        self._calls.clear()
        while self.present:
            self.present.popitem()[1].close()

    # what others ask

    def gauges(self) -> dict[str, float]:
        """
        The present figures, by name.
        """
        return {"links": len(self.present)}

    def dhcp(self, asked: Asked) -> Answer:
        """
        Lines for DHCP servers.

        @raise BadValue: the web server does not listen.
        """
        root = rootUrl(self._reach.webPlaces(), None, self._public)
        if not root:
            raise BadValue("there is no web server that phones could be sent to")
        return Answer(dict(optionLines(root + DEVICE)))


def part(site: Site) -> Part:
    """
    Build it; to be started after the listeners that it announces.
    """
    found = DiscoveryService(site)
    return Part(
        services=(found,),
        verbs={"dhcp": found.dhcp},
        counters={"discovery": found.counts},
        gauges={"discovery": found.gauges},
    )
