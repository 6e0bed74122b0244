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
from gigasetd.config.sections.sip import SipSection
from gigasetd.process.clock import SteadyClock
from gigasetd.process.listeners import bind, serveStreams
from gigasetd.registry.registry import Registry
from gigasetd.sip.build import Secrets, rules
from gigasetd.sip.checksync import CheckSync
from gigasetd.sip.echo.mediaevents import Told
from gigasetd.sip.echo.rtpports import MediaPorts
from gigasetd.sip.message.message import MessageLimits
from gigasetd.sip.messagewaiting import MessageWaiting
from gigasetd.sip.reload import KEYS, STREAMS
from gigasetd.sip.rules import Rules
from gigasetd.sip.tcp import StreamLimits, Streams
from gigasetd.sip.transportlayer import Transports
from gigasetd.sip.udp import BUFFER, Datagrams
from gigasetd.site.live import Live

T = TypeVar("T")


class SIPService(Service):
    """
    The SIP listeners.

    @ivar transports: what all of them share.
    @ivar reflector: answers STUN.
    """

    name = "sip"

    def __init__(
        self,
        rules: Rules,
        transports: Transports,
        media: MediaPorts,
        sip: SipSection,
        clock: SteadyClock,
        reactor: Any,
    ) -> None:
        self.transports = transports
        self.reflector = rules.reflector
        self._rules = rules
        self._media = media
        self._sip = sip
        self._reactor = reactor
        self._datagrams: list[Datagrams] = []
        self._streams: list[Streams] = []
        self._ports: list[Any] = []
        # The time is in it, so that no stream is taken for an earlier run's.
        self._firstStream = int(clock.now()) << 20

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

    def _serveStreams(self, bound: socket.socket) -> None:
        streams = Streams(
            self.transports,
            self._streamLimits(),
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

    def _streamLimits(self) -> StreamLimits:
        """
        What streams may cost, by the section.
        """
        sip = self._sip
        return StreamLimits(
            sip.max_streams,
            sip.max_streams_per_address,
            sip.stream_idle,
            sip.stream_timeout,
        )

    def follow(self, config: Config) -> None:
        """
        Take over what new streams may cost.
        """
        self._sip = config.sip
        for streams in self._streams:
            streams.limits = self._streamLimits()

    def places(self) -> list[tuple[str, int]]:
        """
        Where it listens by UDP: address and port.
        """
        return [(each.interface, each.port) for each in self._datagrams]

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


def service(
    config: Config,
    registry: Registry,
    live: Live,
    settle: Callable[[], None],
    clock: SteadyClock,
    reactor: Any,
    public: str,
    secrets: Secrets,
    safe: Callable[[int], Deferred[None]] | None = None,
) -> SIPService:
    """
    Build the SIP server.

    @param settle: makes what a rule has changed safe.
    @param public: the address that phones reach this server at.
    @param secrets: opens passwords and makes keys.
    @param safe: tells when a change is on the disk.
    """
    joined = rules(config, registry, public, secrets)
    transports = Transports(joined.dispatcher, joined.guard, settle, clock.now, reactor)
    media = MediaPorts(
        reactor,
        config.sip.media_ports,
        "",
        Told((joined.echo, joined.directory), transports),
    )
    transports.media = media.perform
    transports.safe = safe or transports.safe
    transports.stun = joined.reflector.receive
    MessageWaiting(registry, joined.subscriptions, transports, reactor)
    sip = SIPService(joined, transports, media, config.sip, clock, reactor)
    live.calls = joined.calls.list
    live.reachable = joined.network.reaches
    live.sync = syncing(joined.sync, transports)
    live.guards["sip"] = joined.guard
    live.following.add(KEYS, joined.follow)
    live.following.add(STREAMS, sip.follow)
    live.counts |= joined.counts
    live.counts["sip_transport"] = transports.counts
    live.counts["sip_media"] = media.counts
    live.gauges["sip"] = lambda: {
        "transactions": len(joined.transactions),
        "streams": sip.streams(),
        "calls": len(joined.calls),
        "bans": len(joined.guard.bans(clock.now())),
        "echo_calls": len(media),
        "subscriptions": len(joined.subscriptions),
    }
    return sip
