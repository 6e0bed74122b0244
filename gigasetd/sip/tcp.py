# -*- test-case-name: tests.sip.test_tcp -*-
"""
TCP: connections that phones open, and that only phones open.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress, IPushProducer
from twisted.internet.protocol import Protocol, ServerFactory
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from gigasetd.config.networks import unmapped
from gigasetd.sip.actions import Action, Flow
from gigasetd.sip.framing import PONG, Framer
from gigasetd.sip.message.message import MalformedSIP, MessageLimits, Request, parse
from gigasetd.sip.message.response import respond
from gigasetd.sip.transportlayer import Transports

log = Logger()


class StreamLimits(NamedTuple):
    """
    What streams may cost.
    """

    most: int = 4096  #: connections
    perAddress: int = 64  #: connections of one address
    idle: float = 3600.0  #: seconds without a single octet
    half: float = 30.0  #: seconds that a message may take to come in whole
    unread: int = 1024 * 1024  #: bytes that a peer may leave unread


@implementer(IPushProducer)
class Stream(Protocol):
    """
    One connection.

    @ivar flow: how it is named.
    """

    factory: Streams
    transport: Any

    def __init__(
        self, flow: Flow, limits: StreamLimits, parsing: MessageLimits
    ) -> None:
        self.flow = flow
        self._limits = limits
        self._framer = Framer(parsing)
        self._timer: Any = None
        self._unread = 0
        self._full = False

    def connectionMade(self) -> None:
        """
        The connection is there.
        """
        self.transport.setTcpNoDelay(True)
        self.transport.setTcpKeepAlive(True)
        self.transport.registerProducer(self, True)
        self.factory.opened(self)
        self._wait(self._limits.idle)

    def dataReceived(self, data: bytes) -> None:
        """
        Cut the octets into messages, and have each answered.
        """
        transports = self.factory.transports
        half = self._framer.pending
        frames = self._framer.feed(data)
        actions: list[Action] = []
        for frame in frames:
            if frame.kind == "ping":
                self.write(PONG)
            elif frame.kind == "message":
                transports.receive(frame.data, self.flow, transports.now(), actions)
            else:
                self._refuse(frame.data, frame.fault)
        if self._framer.pending != half or frames or not half:
            # While a message is half here, its time runs on.
            half = self._framer.pending or self._framer.broken
            self._wait(self._limits.half if half else self._limits.idle)
        transports.finish(actions)

    def _refuse(self, head: bytes, fault: Any) -> None:
        """
        Say what is wrong, if there is a way to, and close: nobody can tell
        where the next message begins.
        """
        transports = self.factory.transports
        transports.dispatcher.counts["faulty"] += 1
        try:
            message = parse(head)
        except MalformedSIP:
            message = None
        if isinstance(message, Request) and message.method != "ACK":
            self.write(respond(message, fault.code, fault.phrase, toTag="fault"))
        # A producer that is paused would keep the connection open for ever.
        self.transport.unregisterProducer()
        self.transport.loseConnection()

    def send(self, data: bytes, flow: Flow) -> None:
        """
        Write one message.
        """
        self.write(data)

    def write(self, data: bytes) -> None:
        """
        Write octets; a peer that never reads is cut off.
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
        The peer does not read as fast as we write.
        """
        self._full, self._unread = True, 0

    def resumeProducing(self) -> None:
        """
        The peer has read what there was.
        """
        self._full = False

    def stopProducing(self) -> None:
        """
        The connection ends; L{connectionLost} tells.
        """

    def _wait(self, seconds: float) -> None:
        """
        Close unless something comes within C{seconds}.
        """
        if self._timer is not None and self._timer.active():
            self._timer.reset(seconds)
        else:
            self._timer = self.factory.reactor.callLater(seconds, self._expired)

    def _expired(self) -> None:
        """
        Nothing came in time.
        """
        if self._framer.pending or self._framer.broken or self._full:
            # It would not read what is still to be sent either.
            self.factory.transports.counts["streams_slow"] += 1
            self.transport.abortConnection()
        else:
            self.transport.unregisterProducer()
            self.transport.loseConnection()

    def connectionLost(self, reason: Failure = Failure(Exception())) -> None:
        """
        The connection is gone.
        """
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self.factory.closed(self)


class Streams(ServerFactory):
    """
    Makes a L{Stream} for each connection that there is room for.

    @ivar limits: what a connection may cost.
    @ivar first: the number of the first connection; the start's time is in
        it, so that no connection is taken for one of an earlier run.
    """

    noisy = False

    def __init__(
        self,
        transports: Transports,
        limits: StreamLimits,
        parsing: MessageLimits,
        first: int,
        reactor: Any,
    ) -> None:
        self.transports = transports
        self.reactor = reactor
        self.local = ""
        self.limits = limits
        self._parsing = parsing
        self._next = first
        self._open: Counter[str] = Counter()
        self._streams: set[Stream] = set()
        self._gone: Deferred[None] | None = None

    def __len__(self) -> int:
        """
        How many connections are open.
        """
        return len(self._streams)

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """
        A connection came in.

        @return: its L{Stream}; C{None} closes it.
        """
        host = unmapped(str(getattr(addr, "host", "")))
        port = int(getattr(addr, "port", 0))
        full = len(self._streams) >= self.limits.most
        if full or self._open[host] >= self.limits.perAddress:
            self.transports.counts["streams_refused"] += 1
            return None
        self._next += 1
        flow = Flow("tcp", self.local, host, port, self._next)
        stream = Stream(flow, self.limits, self._parsing)
        stream.factory = self
        return stream

    def opened(self, stream: Stream) -> None:
        """
        A connection is up.
        """
        flow = stream.flow
        self._streams.add(stream)
        self._open[flow.host] += 1
        self.transports.outlets[flow.connection] = stream
        self.transports.dispatcher.opened(flow)

    def closed(self, stream: Stream) -> None:
        """
        A connection is gone.
        """
        self._streams.discard(stream)
        host = stream.flow.host
        self._open[host] -= 1
        if not self._open[host]:
            del self._open[host]
        self.transports.lost(stream.flow)
        self._tellGone()

    def closeAll(self) -> Deferred[None]:
        """
        End all connections.

        @return: fires when the last is gone.
        """
        self._gone = gone = Deferred[None]()
        for stream in list(self._streams):
            stream.transport.abortConnection()
        self._tellGone()
        return gone

    def _tellGone(self) -> None:
        """
        Tell whoever waits for the end of all connections.
        """
        if self._gone is not None and not self._streams:
            gone, self._gone = self._gone, None
            gone.callback(None)
