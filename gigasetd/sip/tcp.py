# -*- test-case-name: tests.sip.test_tcp -*-
"""
SIP over TCP: connections that phones open.  This server opens none: a phone
behind a NAT could not be reached so.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress, IPushProducer
from twisted.internet.protocol import Protocol, ServerFactory
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from gigasetd.config.networks import unmapped
from gigasetd.process.readturns import ReadTurns
from gigasetd.ratelimit.shares import ShareLimits, Shares
from gigasetd.sip.actions import Action, Flow
from gigasetd.sip.framing import PONG, Framer
from gigasetd.sip.message.message import MalformedSIP, MessageLimits, Request, parse
from gigasetd.sip.message.response import respond
from gigasetd.sip.transportlayer import Transports

BUFFER = 16384
"""Octets that are read at once, so that one read takes a few milliseconds."""

BUDGET = 0.01
"""Seconds of a reactor's turn in which all streams together are read: phones on UDP
wait no longer than that, whatever is sent by TCP."""

log = Logger()


class StreamLimits(NamedTuple):
    """
    Limits of SIP over TCP.
    """

    shares: ShareLimits = ShareLimits(4096, 64, 16, 1024)
    """Connections; C{waiting} are those whose peer has not proven who it is."""
    greeting: float = 10.0  #: seconds until the first message is there
    unproven: float = 60.0
    """Seconds without a message, of a peer that has not proven who it is."""
    idle: float = 3600.0  #: seconds without a single octet, of any other
    half: float = 30.0  #: seconds from the first octet of a message to its last
    unread: int = 1024 * 1024  #: bytes that a peer may leave unread


class StreamPeers(NamedTuple):
    """
    What connections need to know of their peers.
    """

    reserved: Callable[[str], bool]
    """Whether an address may take the last places: it is local, or a phone has a
    binding there."""
    proven: Callable[[Flow], bool]
    """Whether the peer of a connection has proven who it is."""


@implementer(IPushProducer)
class SipStream(Protocol):
    """
    One connection.

    @ivar flow: its name in the rules.
    @ivar source: what it counts for.
    @ivar proven: whether its peer has proven who it is.  Until then only whole
        messages prolong its life, not pings or parts of messages.
    """

    factory: SipStreamFactory
    transport: Any

    def __init__(
        self, flow: Flow, source: str, limits: StreamLimits, parsing: MessageLimits
    ) -> None:
        self.flow = flow
        self.source = source
        self._limits = limits
        self._framer = Framer(parsing)
        self._timer: Any = None
        self._unread = 0
        self._full = False
        self.proven = False
        self._gone = False
        self._held = b""  # octets that wait for a turn of the reactor
        self._ends = 0.0  # when it ends unless it proves itself or sends a message

    def connectionMade(self) -> None:
        """
        Set the options of a new connection, and its timer.
        """
        self.transport.setTcpNoDelay(True)
        self.transport.bufferSize = BUFFER
        self.transport.setTcpKeepAlive(True)
        self.transport.registerProducer(self, True)
        self.factory.opened(self)
        self._ends = self.factory.transports.now() + self._limits.greeting
        self._wait(self._limits.greeting)

    def dataReceived(self, data: bytes) -> None:
        """
        Take octets, in this turn of the reactor or in a later one.
        """
        turns = self.factory.turns
        if self._held or not turns.free():
            # Nothing more is read meanwhile.
            if not self._held:
                self.transport.pauseProducing()
                turns.wait(self.source, self._resume)
            self._held += data
            return
        seconds = self.factory.reactor.seconds
        begun = seconds()
        self._receive(data)
        turns.spend(seconds() - begun)

    def _resume(self) -> None:
        data, self._held = self._held, b""
        if data and not self._gone:
            self.transport.resumeProducing()
            self._receive(data)

    def _receive(self, data: bytes) -> None:
        # Cuts octets into messages, and has each answered.
        transports = self.factory.transports
        partial = self._framer.pending
        frames = self._framer.feed(data)
        actions: list[Action] = []
        spoken = False
        for frame in frames:
            if frame.kind == "ping":
                self.write(PONG)
            elif frame.kind == "message":
                now = transports.now()
                spoken |= transports.receive(frame.data, self.flow, now, actions)
            else:
                self._refuse(frame.data, frame.fault)
        if spoken and not self.proven:
            self._ends = transports.now() + self._limits.unproven
            self.proven = self.factory.proves(self)
        if self._framer.pending != partial or frames or not partial:
            # While a message is incomplete, its time runs on.
            partial = self._framer.pending or self._framer.broken
            self._wait(self._limits.half if partial else self._limits.idle)
        transports.finish(actions)

    def _refuse(self, head: bytes, fault: Any) -> None:
        # Closed, since the next message cannot be found.
        transports = self.factory.transports
        transports.dispatcher.counts["faulty"] += 1
        try:
            message = parse(head)
        except MalformedSIP:
            message = None
        if isinstance(message, Request) and message.method != "ACK":
            self.write(respond(message, fault.code, fault.phrase, toTag="fault"))
        # Twisted keeps a connection open while its producer is paused.
        self.transport.unregisterProducer()
        self.transport.loseConnection()

    def send(self, data: bytes, flow: Flow) -> None:
        """
        Write one message.
        """
        self.write(data)

    def write(self, data: bytes) -> None:
        """
        Write octets; cut off a peer that never reads.
        """
        if self._full:
            self._unread += len(data)
            if self._unread > self._limits.unread:
                self.factory.transports.counts["streams_slow"] += 1
                self.transport.abortConnection()
                return
        self.transport.write(data)

    def pauseProducing(self) -> None:
        """
        Count what is written from now on: the peer reads too slowly.
        """
        self._full, self._unread = True, 0

    def resumeProducing(self) -> None:
        """
        Count no longer: the peer has read everything.
        """
        self._full = False

    def stopProducing(self) -> None:
        """
        Nothing is to be done: L{connectionLost} follows.
        """

    def _wait(self, seconds: float) -> None:
        if not self.proven:
            left = self._ends - self.factory.transports.now()
            seconds = min(seconds, max(0.0, left))
        if self._timer is not None and self._timer.active():
            self._timer.reset(seconds)
        else:
            self._timer = self.factory.reactor.callLater(seconds, self._expired)

    def _expired(self) -> None:
        if self._framer.pending or self._framer.broken or self._full:
            # A peer like this would not read what is still to be sent either.
            self.factory.transports.counts["streams_slow"] += 1
            self.transport.abortConnection()
        else:
            if not self.proven:
                self.factory.transports.counts["streams_unproven"] += 1
            self.transport.unregisterProducer()
            self.transport.loseConnection()

    def connectionLost(self, reason: Failure = Failure(Exception())) -> None:
        """
        Report that the connection is gone.
        """
        self._gone = True
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self.factory.closed(self)


class SipStreamFactory(ServerFactory):
    """
    Makes a L{SipStream} for each connection, within the limits.

    @ivar local: our end, "address:port".
    @ivar limits: what connections may cost.
    @ivar turns: shares the reactor's time among the streams.
    """

    noisy = False

    def __init__(
        self,
        transports: Transports,
        peers: StreamPeers,
        limits: StreamLimits,
        parsing: MessageLimits,
        first: int,
        reactor: Any,
    ) -> None:
        """
        @param parsing: the largest message.
        @param first: the number of the first connection; the start's time is in it,
            so that no connection is taken for one of an earlier run.
        """
        self.transports = transports
        self.reactor = reactor
        self.local = ""
        self.limits = limits
        self._parsing = parsing
        self._next = first
        self._proven = peers.proven
        self._shares = Shares(peers.reserved, transports.counts)
        self.turns = ReadTurns(reactor, reactor.seconds, BUDGET)
        self._streams: set[SipStream] = set()
        self._closed: Deferred[None] | None = None

    def __len__(self) -> int:
        return len(self._streams)

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """
        Accept a connection.

        @return: its L{SipStream}; C{None} closes it.
        """
        host = unmapped(str(getattr(addr, "host", "")))
        port = int(getattr(addr, "port", 0))
        source = self.transports.allowances.source(host)
        if not self._shares.admits(host, source, self.limits.shares):
            self.transports.counts["streams_refused"] += 1
            return None
        self._next += 1
        flow = Flow("tcp", self.local, host, port, self._next)
        stream = SipStream(flow, source, self.limits, self._parsing)
        stream.factory = self
        return stream

    def opened(self, stream: SipStream) -> None:
        """
        Add a connection that is up.
        """
        flow = stream.flow
        self._streams.add(stream)
        self._shares.opened(stream.source)
        self.transports.outlets[flow.connection] = stream
        self.transports.dispatcher.opened(flow)

    def proves(self, stream: SipStream) -> bool:
        """
        Whether a stream's peer has proven who it is by now.
        """
        proven = self._proven(stream.flow)
        if proven:
            self._shares.proven(stream.source)
        return proven

    def closed(self, stream: SipStream) -> None:
        """
        Remove a connection that is gone.
        """
        self._streams.discard(stream)
        self._shares.closed(stream.source, stream.proven)
        self.transports.lost(stream.flow)
        self._reportClosed()

    def closeAll(self) -> Deferred[None]:
        """
        Abort all connections.

        @return: fires when the last is gone.
        """
        self.turns.stop()
        self._closed = closed = Deferred[None]()
        for stream in list(self._streams):
            stream.transport.abortConnection()
        self._reportClosed()
        return closed

    def _reportClosed(self) -> None:
        if self._closed is not None and not self._streams:
            closed, self._closed = self._closed, None
            closed.callback(None)
