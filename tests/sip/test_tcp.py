"""
Tests for L{gigasetd.sip.tcp}.
"""

from __future__ import annotations

from typing import Any

from twisted.internet import reactor
from twisted.internet.address import IPv4Address
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase, TestCase

from gigasetd.ratelimit.shares import ShareLimits
from gigasetd.sip.actions import Flow
from gigasetd.sip.message.message import MessageLimits
from gigasetd.sip.tcp import SipStream, SipStreamFactory, StreamLimits, StreamPeers
from tests.forgetting import Forgotten
from tests.sip.jar import Jar
from tests.sip.sockets import Caller, Mirror, transportsOf

SHARES = ShareLimits(most=4, share=3, waiting=3, reserve=0)
LIMITS = StreamLimits(SHARES, 10.0, 60.0, idle=3600.0, half=30.0, unread=100000)
PROVEN = StreamPeers(lambda host: False, lambda flow: True)


def message(body: str = "", headers: str = "") -> bytes:
    """
    A message that can be framed.
    """
    return (
        "OPTIONS sip:gigaset.net SIP/2.0\r\n"
        "Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKa\r\n"
        "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n"
        f"{headers}Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


class Wire(StringTransport):
    """
    A connection without a network.

    @ivar aborted: whether it was cut off.
    """

    aborted = False

    def setTcpNoDelay(self, on: bool) -> None:
        """
        No matter.
        """

    setTcpKeepAlive = setTcpNoDelay

    def abortConnection(self) -> None:
        """
        Cut it off.
        """
        self.aborted = True


class StreamTests(SynchronousTestCase):
    """
    One connection, by a clock of the test's.
    """

    def setUp(self) -> None:
        """
        Nobody has connected.
        """
        self.clock, self.dispatcher = Clock(), Mirror()
        self.transports = transportsOf(self.dispatcher, self.clock)
        self.streams = SipStreamFactory(
            self.transports, PROVEN, LIMITS, MessageLimits(), 1000, self.clock
        )
        self.streams.local = "0.0.0.0:5060"

    def connect(self, host: str = "192.168.1.10") -> tuple[SipStream, Wire]:
        """
        A connection from there.
        """
        stream = self.streams.buildProtocol(IPv4Address("TCP", host, 40001))
        assert stream is not None
        wire = Wire()
        stream.makeConnection(wire)
        return stream, wire

    def test_forgotten(self) -> None:
        """
        Nothing of a lost connection waits for a garbage collection.
        """
        forgotten = Forgotten(self)
        for data in (b"", message(), message()[:40], b"x" * 70000):
            stream, wire = self.connect()
            stream.dataReceived(data)
            forgotten.add(stream, wire)
            stream.connectionLost()
            wire.unregisterProducer() if wire.producer else None
        del stream, wire
        self.clock.advance(3600)
        forgotten.check()

    def test_flow(self) -> None:
        """
        Each connection has a number of its own, and is known until it ends.
        """
        flows = [self.connect()[0].flow for _ in range(3)]
        self.assertEqual([flow.connection for flow in flows], [1001, 1002, 1003])
        self.assertEqual(self.dispatcher.live, flows)
        self.assertEqual(len(self.streams), 3)

    def test_turns(self) -> None:
        """
        What comes when the streams have used up their time in this turn of the
        reactor waits for a later one, and nothing more is read meanwhile.
        """
        stream, wire = self.connect()
        gone, lost = self.connect()
        self.streams.turns.spend(1.0)
        stream.dataReceived(message("one")[:30])
        stream.dataReceived(message("one")[30:])
        gone.dataReceived(message("two"))
        self.assertEqual((wire.value(), wire.producerState), (b"", "paused"))
        gone.connectionLost()
        self.clock.advance(0)
        self.assertEqual((wire.value(), lost.value()), (message("one"), b""))
        self.assertEqual(wire.producerState, "producing")

    def test_framing(self) -> None:
        """
        Messages are found however the network cut them: one octet at a time,
        or several at once.
        """
        stream, wire = self.connect()
        one, two = message("hello"), message()
        for octet in one:
            stream.dataReceived(bytes([octet]))
        self.assertEqual(wire.value(), one)
        wire.clear()
        stream.dataReceived(two + one + two[:20])
        self.assertEqual(wire.value(), two + one)
        stream.dataReceived(two[20:])
        self.assertEqual(
            [data for data, _ in self.dispatcher.got], [one, two, one, two]
        )

    def test_ping(self) -> None:
        """
        A phone that pings hears the pong, also between two messages, and a
        single line end is none.
        """
        stream, wire = self.connect()
        stream.dataReceived(b"\r\n")
        self.assertEqual(wire.value(), b"")
        stream.dataReceived(b"\r\n")
        self.assertEqual(wire.value(), b"\r\n")
        wire.clear()
        stream.dataReceived(message() + b"\r\n\r\n" + message())
        self.assertEqual(wire.value().count(b"OPTIONS sip"), 2)

    def test_fault(self) -> None:
        """
        A message whose end cannot be told is answered, and the connection
        closed; what follows is not looked at.
        """
        for line in ("Content-Length: 5\r\n", "X: y\r\n" * 3000):
            stream, wire = self.connect()
            stream.dataReceived(message("hello", line))
            self.assertTrue(wire.value().startswith(b"SIP/2.0 "), line[:20])
            self.assertTrue(wire.disconnecting)
            self.assertIsNone(wire.producer)
            stream.dataReceived(message())
            self.assertEqual(self.dispatcher.got, [])
            stream.connectionLost()

    def test_faultAfterAGoodMessage(self) -> None:
        """
        The message before the fault is answered.
        """
        stream, wire = self.connect()
        bad = message().replace(b"Content-Length: 0", b"Content-Length: x")
        stream.dataReceived(message() + bad)
        self.assertIn(message(), wire.value())
        self.assertIn(b"SIP/2.0 400 Bad Content-Length", wire.value())

    def test_rubbish(self) -> None:
        """
        What is no SIP at all is closed without a word.
        """
        stream, wire = self.connect()
        stream.dataReceived(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertEqual(wire.value(), b"")
        self.assertTrue(wire.disconnecting)

    def test_faultyPeerThatStays(self) -> None:
        """
        A peer that was told to go and does not is cut off.
        """
        stream, wire = self.connect()
        stream.dataReceived(message())
        stream.dataReceived(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        self.clock.advance(29)
        self.assertFalse(wire.aborted)
        self.clock.advance(2)
        self.assertTrue(wire.aborted)

    def test_slow(self) -> None:
        """
        Who sends a message drop by drop is cut off after half a minute,
        however busily the drops fall.
        """
        stream, wire = self.connect()
        stream.dataReceived(message())
        for octet in message()[:25]:
            stream.dataReceived(bytes([octet]))
            self.clock.advance(1)
        self.assertFalse(wire.aborted)
        for octet in message()[25:31]:
            stream.dataReceived(bytes([octet]))
            self.clock.advance(1)
        self.assertTrue(wire.aborted)
        self.assertEqual(self.transports.counts["streams_slow"], 1)

    def test_idle(self) -> None:
        """
        A connection without a word is closed after an hour; each word starts
        the hour anew.
        """
        stream, wire = self.connect()
        stream.dataReceived(message())
        for data in (message(), b"\r\n\r\n", b"\r\n"):
            self.clock.advance(3599)
            stream.dataReceived(data)
        self.clock.advance(3599)
        self.assertFalse(wire.disconnecting)
        self.clock.advance(2)
        self.assertTrue(wire.disconnecting)
        self.assertIsNone(wire.producer)

    def test_halfThenWhole(self) -> None:
        """
        Once a slow message is whole, the connection may be idle again.
        """
        stream, wire = self.connect()
        stream.dataReceived(message())
        stream.dataReceived(message()[:20])
        self.clock.advance(29)
        stream.dataReceived(message()[20:])
        self.clock.advance(3000)
        self.assertFalse(wire.aborted or wire.disconnecting)

    def test_neverReads(self) -> None:
        """
        A peer that asks and never reads is cut off, long before it fills the
        memory; one that reads in the end is not.
        """
        stream, wire = self.connect()
        for _ in range(3):
            stream.pauseProducing()
            stream.write(b"x" * 90000)
            stream.resumeProducing()
        self.assertFalse(wire.aborted)
        stream.pauseProducing()
        stream.write(b"x" * 90000)
        stream.write(b"x" * 20000)
        self.assertTrue(wire.aborted)
        self.assertEqual(len(wire.value()), 4 * 90000)

    def test_neverReadsAndFallsSilent(self) -> None:
        """
        A peer that has left our answers unread is cut off when its time is
        over, not waited for.
        """
        stream, wire = self.connect()
        stream.dataReceived(message())
        stream.pauseProducing()
        self.clock.advance(3601)
        self.assertTrue(wire.aborted)

    def test_limits(self) -> None:
        """
        One address has only so many connections, and all together too; when
        one ends there is room again.
        """
        mine = [self.connect()[0] for _ in range(3)]
        again = IPv4Address("TCP", "192.168.1.10", 1)
        self.assertIsNone(self.streams.buildProtocol(again))
        self.connect("192.168.1.11")
        third = IPv4Address("TCP", "192.168.1.12", 1)
        self.assertIsNone(self.streams.buildProtocol(third))
        self.assertEqual(self.transports.counts["streams_refused"], 2)
        mine[0].connectionLost()
        self.assertIsNotNone(self.streams.buildProtocol(again))

    def test_end(self) -> None:
        """
        When a connection ends the rules hear of it, and no timer of it is
        left.
        """
        stream, _ = self.connect()
        stream.connectionLost()
        self.assertEqual(self.dispatcher.gone, [stream.flow])
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertEqual(len(self.streams), 0)
        self.assertEqual(self.transports.outlets, {})


class StrangerTests(SynchronousTestCase):
    """
    Connections of peers that have not proven who they are.
    """

    def setUp(self) -> None:
        """
        One address is local, one has a registered phone; nobody has connected.
        """
        self.clock, self.known = Clock(), {"192.168.1.10", "198.51.100.7"}
        self.flows: set[Flow] = set()
        self.transports = transportsOf(Jar().dispatcher, self.clock)
        shares = ShareLimits(most=40, share=8, waiting=4, reserve=20)
        self.streams = SipStreamFactory(
            self.transports,
            StreamPeers(self.known.__contains__, self.flows.__contains__),
            StreamLimits(shares),
            MessageLimits(),
            1000,
            self.clock,
        )

    def connect(self, host: str = "203.0.113.9") -> tuple[SipStream, Wire]:
        """
        A connection from there.
        """
        stream = self.streams.buildProtocol(IPv4Address("TCP", host, 40001))
        assert stream is not None
        wire = Wire()
        stream.makeConnection(wire)
        return stream, wire

    def opened(self, host: str, times: int) -> int:
        """
        How many of so many connections are let in.
        """
        before = len(self.streams)
        for _ in range(times):
            stream = self.streams.buildProtocol(IPv4Address("TCP", host, 40001))
            if stream is not None:
                stream.makeConnection(Wire())
        return len(self.streams) - before

    def test_silent(self) -> None:
        """
        A connection without a message is closed after ten seconds, whatever pings
        and parts of messages come.
        """
        for data in (b"", b"\r\n\r\n", message()[:30], b"\r\n"):
            stream, wire = self.connect()
            for _ in range(9):
                self.clock.advance(1)
                stream.dataReceived(data)
                self.assertFalse(wire.disconnecting or wire.aborted)
            self.clock.advance(1.1)
            self.assertTrue(wire.disconnecting or wire.aborted)
            stream.connectionLost()

    def test_junk(self) -> None:
        """
        What can be framed but is no message does not prolong its life.
        """
        stream, wire = self.connect()
        for _ in range(9):
            self.clock.advance(1)
            stream.dataReceived(b"X sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n")
        self.clock.advance(1.1)
        self.assertTrue(wire.disconnecting)

    def test_spoken(self) -> None:
        """
        After a message it may be silent for a minute, and no longer.
        """
        stream, wire = self.connect()
        for _ in range(3):
            stream.dataReceived(message())
            self.clock.advance(50)
            stream.dataReceived(b"\r\n\r\n")
            self.assertFalse(wire.disconnecting)
        self.clock.advance(11)
        self.assertTrue(wire.disconnecting)
        self.assertEqual(self.transports.counts["streams_unproven"], 1)

    def test_proven(self) -> None:
        """
        Once an account has proven itself, pings keep it open.
        """
        stream, wire = self.connect()
        self.flows.add(stream.flow)
        stream.dataReceived(message())
        for _ in range(10):
            self.clock.advance(3000)
            stream.dataReceived(b"\r\n\r\n")
        self.assertFalse(wire.disconnecting)

    def test_shares(self) -> None:
        """
        A stranger's address has four connections, and strangers together leave
        half of the places to local and registered phones.
        """
        self.assertEqual(self.opened("203.0.113.9", 64), 4)
        for place in range(10, 60):
            self.opened(f"203.0.113.{place}", 4)
        self.assertEqual(len(self.streams), 20)
        self.assertGreater(self.transports.counts["reserve_refused"], 0)
        for host in self.known:
            self.assertEqual(self.opened(host, 10), 4)

    def test_provenShare(self) -> None:
        """
        Connections that have proven themselves do not count among the others of
        their address, and are counted off when they end.
        """
        streams = [self.connect()[0] for _ in range(4)]
        for stream in streams:
            self.flows.add(stream.flow)
            stream.dataReceived(message())
        self.assertEqual(self.opened("203.0.113.9", 10), 4)
        for stream in list(self.streams._streams):
            stream.connectionLost()
        self.assertEqual(self.opened("203.0.113.9", 10), 4)
        for stream in list(self.streams._streams):
            stream.connectionLost()
        self.assertEqual(self.clock.getDelayedCalls(), [])


class SocketTests(TestCase):
    """
    Connections over loopback.
    """

    timeout = 20

    def setUp(self) -> None:
        """
        A listener.
        """
        self.dispatcher = Mirror()
        self.transports = transportsOf(self.dispatcher, reactor)
        self.streams = SipStreamFactory(
            self.transports, PROVEN, LIMITS, MessageLimits(), 1000, reactor
        )
        self.port: Any = reactor.listenTCP(  # type: ignore[attr-defined]
            0, self.streams, interface="127.0.0.1"
        )
        self.addCleanup(self.close)

    async def close(self) -> None:
        """
        All ends, and nothing stays behind.
        """
        await self.port.stopListening()
        await self.streams.closeAll()
        self.transports.stop()

    async def connect(self) -> Caller:
        """
        One more peer; it is closed with the test.
        """
        caller = Caller()
        place = TCP4ClientEndpoint(reactor, "127.0.0.1", self.port.getHost().port)
        await connectProtocol(place, caller)
        self.addCleanup(self._hangUp, caller)
        return caller

    async def _hangUp(self, caller: Caller) -> None:
        caller.transport.abortConnection()
        await caller.inbox.until(lambda: caller.inbox.closed)

    async def test_answered(self) -> None:
        """
        A message is answered over the connection that it came by.
        """
        one, two = await self.connect(), await self.connect()
        for caller, text in ((one, "one"), (two, "two")):
            caller.transport.write(message(text))
        for caller, text in ((one, "one"), (two, "two")):
            await caller.inbox.until(lambda: caller.heard == message(text))  # noqa: B023
        self.assertEqual(len(self.streams), 2)

    async def test_faultCloses(self) -> None:
        """
        After a fault the answer arrives, and then the end.
        """
        caller = await self.connect()
        caller.transport.write(message(headers="Content-Length: 1\r\n"))
        await caller.inbox.until(lambda: caller.inbox.closed)
        self.assertTrue(caller.heard.startswith(b"SIP/2.0 400 Repeated"))

    async def test_faultOfAPeerThatReadsNothing(self) -> None:
        """
        A peer that has not read its answers is rid of once it reads them:
        the connection does not hang half closed.
        """
        self.streams.limits = LIMITS._replace(unread=10**8)
        caller = await self.connect()
        caller.transport.pauseProducing()
        caller.transport.write(message("x" * 60000) * 60)
        await self._untilPaused()
        caller.transport.write(b"nonsense\r\n\r\n")
        caller.transport.resumeProducing()
        await caller.inbox.until(lambda: caller.inbox.closed)

    async def _untilPaused(self) -> None:
        """
        Until the server's side has more to write than the system takes.
        """
        from twisted.internet.task import deferLater

        while not any(stream._full for stream in self.streams._streams):
            await deferLater(reactor, 0)

    async def test_tooMany(self) -> None:
        """
        One connection too many is closed at once.
        """
        for _ in range(3):
            caller = await self.connect()
            caller.transport.write(message())
            await caller.inbox.until(lambda: bool(caller.heard))  # noqa: B023
        fourth = await self.connect()
        await fourth.inbox.until(lambda: fourth.inbox.closed)

    async def test_closeAll(self) -> None:
        """
        When the server stops its connections end, and it waits for that.
        """
        caller = await self.connect()
        caller.transport.write(message())
        await caller.inbox.until(lambda: bool(caller.heard))
        await self.streams.closeAll()
        self.assertEqual(len(self.streams), 0)
        await caller.inbox.until(lambda: caller.inbox.closed)
        await self.streams.closeAll()
