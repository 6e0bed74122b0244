"""
Tests for L{gigasetd.sip.transportlayer}.
"""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import StoreError
from gigasetd.sip.actions import Action, Flow, OpenMedia, SendBytes
from tests.sip.sockets import Disk, Mirror, transportsOf

UDP = Flow("udp", "0.0.0.0:5060", "192.168.1.10", 5060, 0)
TCP = Flow("tcp", "0.0.0.0:5060", "192.168.1.10", 5060, 7)


class Outlet:
    """
    Keeps what it is to send.
    """

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, Flow]] = []

    def send(self, data: bytes, flow: Flow) -> None:
        """
        Keep it.
        """
        self.sent.append((data, flow))


class TransportTests(SynchronousTestCase):
    """
    The loop of each transport.
    """

    def setUp(self) -> None:
        """
        A layer that sends everything back.
        """
        self.clock, self.dispatcher, self.disk = Clock(), Mirror(), Disk()
        self.clock.advance(1000.0)
        self.transports = transportsOf(self.dispatcher, self.clock, self.disk)
        self.outlet, self.stream = Outlet(), Outlet()
        self.transports.outlets = {UDP.local: self.outlet, 7: self.stream}

    def receive(self, data: bytes, flow: Flow = UDP) -> None:
        """
        One message comes.
        """
        actions: list[Action] = []
        self.transports.receive(data, flow, self.clock.seconds(), actions)
        self.transports.finish(actions)

    def test_answersLeaveByTheirFlow(self) -> None:
        """
        What came over UDP is answered there, what came by a stream by that
        stream.
        """
        self.receive(b"one")
        self.receive(b"two", TCP)
        self.assertEqual(self.outlet.sent, [(b"one", UDP)])
        self.assertEqual(self.stream.sent, [(b"two", TCP)])

    def test_flowIsGone(self) -> None:
        """
        An answer to a connection that has ended is counted, and no fault.
        """
        self.transports.lost(TCP)
        self.receive(b"late", TCP)
        self.assertEqual(self.stream.sent, [])
        self.assertEqual(self.transports.counts["unsent"], 1)
        self.assertEqual(self.dispatcher.gone, [TCP])

    def test_diskIsFull(self) -> None:
        """
        Nothing is answered that a restart would not remember; it is said once
        and not for each message, and goes on when the disk has room again.
        """
        self.disk.full = True
        for _ in range(3):
            self.receive(b"x")
        self.assertEqual(self.outlet.sent, [])
        self.assertEqual(self.transports.counts["unstored"], 3)
        self.disk.full = False
        self.receive(b"y")
        self.assertEqual(self.outlet.sent, [(b"y", UDP)])
        self.disk.full = True
        self.receive(b"z")
        self.assertEqual(self.transports.counts["unstored"], 4)

    def test_diskIsSettledBeforeTheAnswer(self) -> None:
        """
        What a message changed is written before its answer leaves.
        """
        order: list[str] = []
        self.transports._settle = lambda: order.append("disk")
        self.outlet.send = lambda data, flow: order.append("wire")  # type: ignore
        self.receive(b"x")
        self.assertEqual(order, ["disk", "wire"])

    def held(self, number: int) -> Deferred[None]:
        """
        An answer comes that tells of a change; what its disk fires.
        """
        safe: Deferred[None] = Deferred()
        asked: list[int] = []

        def wait(change: int) -> Deferred[None]:
            asked.append(change)
            return safe

        self.transports.safe = wait
        self.transports.finish(
            [SendBytes(b"held", UDP, number), SendBytes(b"free", UDP)]
        )
        self.assertEqual(asked, [number])
        self.assertEqual(self.outlet.sent, [(b"free", UDP)])
        return safe

    def test_heldUntilSafe(self) -> None:
        """
        An answer that tells of a change leaves when that is on the disk; the
        others do not wait for it.
        """
        self.held(7).callback(None)
        self.assertEqual(self.outlet.sent[1:], [(b"held", UDP)])

    def test_neverSafe(self) -> None:
        """
        An answer whose change never gets to the disk never leaves, and is
        counted.
        """
        self.held(7).errback(StoreError("the disk is gone"))
        self.assertEqual(self.outlet.sent[1:], [])
        self.assertEqual(self.transports.counts["unstored"], 1)

    def test_heldForAnEndedStream(self) -> None:
        """
        Who has gone meanwhile is not written to, which is no fault.
        """
        safe: Deferred[None] = Deferred()
        self.transports.safe = lambda change: safe
        self.transports.finish([SendBytes(b"late", TCP, 7)])
        self.transports.lost(TCP)
        safe.callback(None)
        self.assertEqual(self.stream.sent, [])
        self.assertEqual(self.transports.counts["unsent"], 1)

    def test_crash(self) -> None:
        """
        A fault of ours is logged once with its place, and the next message is
        served.
        """
        self.dispatcher.trouble = ZeroDivisionError("our fault")
        self.receive(b"bad")
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.assertEqual(self.transports.counts["crashes"], 1)
        self.dispatcher.trouble = None
        self.receive(b"good")
        self.assertEqual(self.outlet.sent, [(b"good", UDP)])

    def test_crashOfOneInABatch(self) -> None:
        """
        The others that came in the same moment are answered.
        """
        actions: list[Action] = []
        self.transports.receive(b"one", UDP, 0.0, actions)
        self.dispatcher.trouble = ZeroDivisionError()
        self.transports.receive(b"two", UDP, 0.0, actions)
        self.dispatcher.trouble = None
        self.transports.receive(b"three", UDP, 0.0, actions)
        self.transports.finish(actions)
        self.assertEqual([data for data, _ in self.outlet.sent], [b"one", b"three"])
        self.flushLoggedErrors(ZeroDivisionError)

    def test_faultOfAListener(self) -> None:
        """
        Whatever goes wrong on the way out, the socket stays open for the next
        message: nothing is raised into the reactor.
        """

        def broken() -> None:
            raise KeyError("a listener of the registry")

        self.transports._settle = broken
        self.receive(b"x")
        self.assertEqual(len(self.flushLoggedErrors(KeyError)), 1)
        self.assertEqual(self.transports.counts["crashes"], 1)

    def test_media(self) -> None:
        """
        What is about media goes there.
        """
        told: list[object] = []
        self.transports.media = told.append
        media = OpenMedia(None)  # type: ignore[arg-type]
        self.transports.perform([media, SendBytes(b"x", UDP)])
        self.assertEqual(told, [media])
        self.assertEqual(self.outlet.sent, [(b"x", UDP)])

    # the alarm

    def test_alarm(self) -> None:
        """
        The layer is woken at its deadline, not before and not again.
        """
        self.dispatcher.due = 1010.0
        self.receive(b"x")
        self.clock.advance(9.9)
        self.assertEqual(self.dispatcher.woken, [])
        self.clock.advance(0.2)
        self.assertEqual(len(self.dispatcher.woken), 1)
        self.clock.advance(100)
        self.assertEqual(len(self.dispatcher.woken), 1)

    def test_earlierAlarm(self) -> None:
        """
        An earlier deadline brings the alarm forward; however many messages
        come there is one alarm.
        """
        for due in (1010.0, 1020.0, 1005.0, 1030.0):
            self.dispatcher.due = due
            self.receive(b"x")
        self.assertEqual(len(self.clock.getDelayedCalls()), 1)
        self.clock.advance(5.1)
        self.assertEqual(len(self.dispatcher.woken), 1)

    def test_nothingToWaitFor(self) -> None:
        """
        Without a deadline no timer runs.
        """
        self.receive(b"x")
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_crashOfATimer(self) -> None:
        """
        A fault in a timer is logged, and the next deadline is kept.
        """
        self.dispatcher.trouble, self.dispatcher.due = ZeroDivisionError(), 1001.0
        self.receive_nothing()
        self.clock.advance(2)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.dispatcher.trouble, self.dispatcher.due = None, 1005.0
        self.receive_nothing()
        self.clock.advance(5)
        self.assertEqual(len(self.dispatcher.woken), 2)

    def receive_nothing(self) -> None:
        """
        A wake without a message.
        """
        self.transports.finish([])

    def test_stopped(self) -> None:
        """
        After the stop no timer is left, even if a stream ends later.
        """
        self.dispatcher.due = 1010.0
        self.receive(b"x")
        self.transports.stop()
        self.dispatcher.due = 1001.0
        self.transports.lost(TCP)
        self.assertEqual(self.clock.getDelayedCalls(), [])
