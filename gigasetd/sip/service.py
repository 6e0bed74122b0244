# -*- test-case-name: tests.sip.test_service -*-
"""
The SIP server: its listeners, and what they need.

Layer 4 (assembly).
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any, TypeVar

from twisted.application.service import Service
from twisted.internet.defer import Deferred, gatherResults, maybeDeferred

from gigasetd.config.endpoint import Endpoint
from gigasetd.config.schema import Config
from gigasetd.process.listeners import bind, serveStreams
from gigasetd.sip.build import rules
from gigasetd.sip.checksync import CheckSync
from gigasetd.sip.echo.mediaevents import MediaEvents
from gigasetd.sip.echo.rtpports import MediaPorts
from gigasetd.sip.message.message import MessageLimits
from gigasetd.sip.messagewaiting import MessageWaiting
from gigasetd.sip.reload import KEYS, STREAMS, streamLimits
from gigasetd.sip.rules import Rules
from gigasetd.sip.stun.service import StunService
from gigasetd.sip.tcp import SipStreamFactory, StreamPeers
from gigasetd.sip.transportlayer import TransportRules, Transports
from gigasetd.sip.udp import BUFFER, Datagrams
from gigasetd.site.part import Part
from gigasetd.site.site import Site

T = TypeVar("T")


class SIPService(Service):
    """
    The SIP listeners.

    @ivar transports: what all of them share.
    @ivar reflector: answers STUN.
    """

    name = "sip"

    def __init__(
        self, rules: Rules, transports: Transports, media: MediaPorts, site: Site
    ) -> None:
        self.transports = transports
        self.reflector = rules.stun
        self._rules = rules
        self._media = media
        self._sip = site.config.sip
        self._peers = _peers(rules, site)
        self._bound = site.ports
        self._reactor = site.reactor
        self._datagrams: list[Datagrams] = []
        self._streams: list[SipStreamFactory] = []
        self._ports: list[Any] = []
        # The time is in it, so that no stream is taken for an earlier run's.
        self._firstStream = int(site.clock.now()) << 20

    def startService(self) -> None:
        """
        Bind every listener, then let them read.

        @raise CannotListenError: one cannot be bound; none is then.
        """
        super().startService()
        self._media.startService()
        try:
            for listen in self._sip.listen:
                self._bind(listen)
        except Exception:
            self.stopService()
            raise
        for datagrams in self._datagrams:
            datagrams.start()
        self.reflector.listening(each.port for each in self._datagrams)

    def _bind(self, listen: Endpoint) -> None:
        """
        Bind one listener, and say so.
        """
        bound = bind("sip", listen, buffer=BUFFER)
        if bound.type == socket.SOCK_DGRAM:
            self._serveDatagrams(bound)
        else:
            self._serveStreams(bound)

    def _serveDatagrams(self, bound: socket.socket) -> None:
        datagrams = Datagrams(self.transports, bound, self._reactor)
        self._datagrams.append(datagrams)
        self._rules.network.listening(datagrams.local)
        self._bound.add("sip", "udp", datagrams.interface, datagrams.port)

    def _serveStreams(self, bound: socket.socket) -> None:
        streams = SipStreamFactory(
            self.transports,
            self._peers,
            streamLimits(self._sip),
            MessageLimits(headers=self._sip.max_headers, body=self._sip.max_message),
            self._firstStream,
            self._reactor,
        )
        port = serveStreams(bound, streams, self._reactor)
        # Each listener counts from a place of its own.
        self._firstStream += 1 << 44
        self._streams.append(streams)
        self._ports.append(port)
        address = port.getHost()
        host = f"[{address.host}]" if ":" in address.host else address.host
        streams.local = f"{host}:{address.port}"
        self._bound.add("sip", "tcp", address.host, address.port)

    def follow(self, config: Config) -> None:
        """
        Take over what new streams may cost.
        """
        self._sip = config.sip
        for streams in self._streams:
            streams.limits = streamLimits(self._sip)

    def alongside(self, bind: Callable[[], T]) -> T:
        """
        Call C{bind}, which may bind a UDP port of ours to a multicast address
        as well.
        """
        for datagrams in self._datagrams:
            datagrams.share(True)
        try:
            return bind()
        finally:
            for datagrams in self._datagrams:
                datagrams.share(False)

    def streams(self) -> int:
        """
        How many streams are open.
        """
        return sum(len(streams) for streams in self._streams)

    def stopService(self) -> Deferred[Any]:
        """
        Close every listener and stream.

        @return: fires when all are closed.
        """
        super().stopService()
        self._bound.clear("sip")
        # Who talks to the echo is hung up on, while there is a way to say so.
        for agent in (self._rules.echo, self._rules.directory):
            self.transports.perform(agent.close(self.transports.now()))
        ports, self._ports = self._ports, []
        closing = [maybeDeferred(port.stopListening) for port in ports]
        closing.append(maybeDeferred(self._media.stopService))
        closing += [streams.closeAll() for streams in self._streams]
        for datagrams in self._datagrams:
            datagrams.stop()
        self._datagrams = []
        self.transports.stop()
        return gatherResults(closing)


def _peers(rules: Rules, site: Site) -> StreamPeers:
    local, hosts = site.config.server.local_networks, site.registry.hosts
    proven = rules.network.proven
    return StreamPeers(
        lambda host: host in hosts or local.contains(host),
        lambda flow: flow.connection in proven,
    )


def syncing(sync: CheckSync, transports: Transports) -> Callable[[str, bool], int]:
    """
    Make a number's phones fetch their settings.

    @return: takes the number, and whether they may start anew for it; returns
        how many were asked.
    """

    def ask(number: str, reboot: bool) -> int:
        """
        As L{CheckSync.send}, and out with it.
        """
        actions = sync.send(number, reboot, transports.now())
        transports.perform(actions)
        return len(actions)

    return ask


def part(site: Site) -> Part:
    """
    Build the SIP server and the STUN listeners beside it.
    """
    config, clock, reactor = site.config, site.clock, site.reactor
    built = rules(
        config, site.registry, site.public, site.keys, site.sources, clock.now()
    )
    # Calls open media ports, and these report to the agents that have the calls.
    events = MediaEvents(
        (built.echo, built.directory),
        lambda actions: transports.perform(actions),
        clock.now,
    )
    media = MediaPorts(reactor, config.sip.media_ports, "", events)
    transports = _transports(site, built, media)
    MessageWaiting(site.registry, built.subscriptions, transports, reactor)
    sip = SIPService(built, transports, media, site)
    return Part(
        services=(
            sip,
            StunService(config.stun.listen, built.stun, transports, reactor),
        ),
        counters=built.counts
        | {"sip_transport": transports.counts, "sip_media": media.counts},
        gauges={"sip": lambda: _gauges(built, sip, media, clock.now())},
        follows=((KEYS, built.follow), (STREAMS, sip.follow)),
        guards={"sip": built.guard.sources},
        running={
            "calls": built.calls.list,
            "reachable": built.network.reaches,
            "sync": syncing(built.sync, transports),
            "besideSIP": sip.alongside,
        },
    )


def _transports(site: Site, built: Rules, media: MediaPorts) -> Transports:
    rules = TransportRules(built.dispatcher, built.allowances, built.stun.receive)
    settle, safe = site.store.settle, site.store.safe
    return Transports(rules, media.perform, settle, safe, site.clock.now, site.reactor)


def _gauges(
    built: Rules, sip: SIPService, media: MediaPorts, now: float
) -> dict[str, float]:
    return {
        "transactions": len(built.transactions),
        "streams": sip.streams(),
        "calls": len(built.calls),
        "bans": len(built.guard.sources.bans(now)),
        "echo_calls": len(media),
        "subscriptions": len(built.subscriptions),
    }
