# -*- test-case-name: tests.discovery.test_service -*-
"""
Discovery on each link, as long as the link exists.

Unlike with other listeners, a port that cannot be bound does not end the start:
other programs (avahi, a media server, another SIP server) may hold it, and
phones find this server by DHCP and DNS as well.  It is logged once.

Layer 4 (assembly).
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from twisted.application.service import Service
from twisted.logger import Logger

from gigasetd.control.messages import Result, VerbRequest
from gigasetd.devices.checkin import Facts
from gigasetd.discovery import pnp
from gigasetd.discovery.dhcp import optionLines
from gigasetd.discovery.endpoints import Endpoints
from gigasetd.discovery.interface import NetworkLink
from gigasetd.discovery.linkcontext import COUNTS, LinkContext
from gigasetd.discovery.multicast import MulticastGroup, groupSocket, links
from gigasetd.discovery.responder import LinkResponder
from gigasetd.discovery.ssdp import LIFETIME, deviceOf
from gigasetd.errors import BadValue, StoreError
from gigasetd.process.ports import webUrl
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
    Joins links when they appear, and leaves them when they go.

    @ivar device: our description for SSDP.
    @ivar present: the responders of the links.
    @ivar counts: datagrams received, sent and dropped, by reason.
    """

    name = "discovery"

    def __init__(self, site: Site) -> None:
        self.device = deviceOf(site.keys.derive("discovery"), site.status.started)
        self.present: dict[NetworkLink, LinkResponder] = {}
        self.counts = dict.fromkeys(COUNTS, 0)
        self._config = site.config
        self._registry = site.registry
        self._reports = site.caches.reports
        self._settle = site.store.settle
        self._clock = site.clock
        self._reactor = site.reactor
        self._sources = site.sources
        self._public = site.public
        self._ports = site.ports
        self._besideSIP = site.running.besideSIP
        self._reach = Endpoints(site.config.server.public_address, site.ports)
        self._own: frozenset[str] = frozenset()
        self._logged: set[MulticastGroup] = set()
        self._calls: dict[float, Any] = {}
        self._common = self._shared()

    def _shared(self) -> LinkContext:
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
            RateLimiter(section.requests_per_second, 1024, self._sources.of),
            RateLimiter(section.requests_in_all, 1),
            self._clock.now,
            self.counts,
            self._reactor,
        )

    # sockets

    def _opened(self, group: MulticastGroup, link: NetworkLink) -> socket.socket | None:
        # L{None} where the group cannot be joined.
        try:
            opened: socket.socket = self._besideSIP(lambda: groupSocket(group, link))
        except OSError as error:
            self._warn(group, error)
            return None
        if group not in self._logged:
            self._logged.add(group)
            logListening(group.service, "udp", group.address, group.port)
        return opened

    def _warn(self, group: MulticastGroup, error: OSError) -> None:
        if group in self._logged:
            return
        self._logged.add(group)
        log.warn(
            "{service} is not answered: cannot bind port {port} of {group}: {reason};"
            " all other services run",
            service=group.service,
            port=group.port,
            group=group.address,
            reason=error.strerror or str(error),
        )

    # reports of phones

    def _note(self, ask: pnp.PnpRequest, host: str) -> None:
        agent = ask.agent
        facts = Facts(
            ask.mac,
            product=agent.base,
            software_version=agent.firmware,
            private_ip=host,
            public_ip=host,
        )
        proven = self._reports.local.contains(host)
        self._reports.report(facts, proven, self._clock.now())
        # The store logs its own failures; the phone was answered already.
        with suppress(StoreError):
            self._settle()

    # starting and stopping

    def startService(self) -> None:
        """
        Join the links, and poll for others.
        """
        super().startService()
        if self._config.discovery.enabled:
            self._repeat(POLL, self.look)
            self._repeat(REPEAT, self._refresh, at=REPEAT)

    def _repeat(
        self, seconds: float, action: Callable[[], None], at: float = 0
    ) -> None:
        self._calls[seconds] = self._reactor.callLater(
            seconds, self._repeat, seconds, action
        )
        if not at:
            action()

    def look(self) -> None:
        """
        Join new links and leave those that have gone; an interface whose addresses
        have changed counts as another link.
        """
        # An interface may go while it is being listed.
        with suppress(OSError):
            there = links(self._config.discovery.interfaces)
            self._own = frozenset[str]().union(*(link.addresses() for link in there))
            for link in self.present.keys() - there:
                self.present.pop(link).close()
            for link in sorted(there - self.present.keys()):
                self.present[link] = LinkResponder(link, self._common)

    def _refresh(self) -> None:
        for responder in self.present.values():
            responder.refresh()

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

    # metrics and verbs

    def gauges(self) -> dict[str, float]:
        """
        Return the present figures, by name.
        """
        return {"links": len(self.present)}

    def dhcp(self, request: VerbRequest) -> Result:
        """
        Perform the verb C{dhcp}: return lines for DHCP servers.

        @raise BadValue: the web server does not listen.
        """
        listeners = self._ports.of("http")
        if not listeners:
            raise BadValue(
                "the web server does not listen, so phones have no URL to fetch"
            )
        root = webUrl(listeners, self._config.server.public_address, self._public)
        return Result(dict(optionLines(root + DEVICE)))


def part(site: Site) -> Part:
    """
    Build it; it starts after the listeners that it announces.
    """
    discovery = DiscoveryService(site)
    return Part(
        services=(discovery,),
        verbs={"dhcp": discovery.dhcp},
        counters={"discovery": discovery.counts},
        gauges={"discovery": discovery.gauges},
    )
