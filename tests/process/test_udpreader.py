"""
Tests for L{gigasetd.process.udpreader}.
"""

from __future__ import annotations

import socket
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.process.udpreader import BURST, MOST, Datagram, UDPReader

PEER = ("192.0.2.7", 5060)


class FakeSocket:
    """
    A socket that holds datagrams and errors.

    @ivar waiting: what the next reads return or raise.
    @ivar reads: how many reads there were.
    """

    def __init__(self) -> None:
        self.waiting: list[bytes | OSError] = []
        self.reads = 0
        self.isOpen = True

    def setblocking(self, blocking: bool) -> None:
        """
        Refuse a reader that would wait.
        """
        assert not blocking

    def fileno(self) -> int:
        """
        A descriptor, -1 once closed.
        """
        return 7 if self.isOpen else -1

    def recvfrom(self, size: int) -> tuple[bytes, Any]:
        """
        The next datagram.
        """
        self.reads += 1
        if not self.waiting:
            raise BlockingIOError
        first = self.waiting.pop(0)
        if isinstance(first, OSError):
            raise first
        return first[:size], PEER

    def close(self) -> None:
        """
        Close it.
        """
        self.isOpen = False


class FakeReactor:
    """
    A set of readers.
    """

    def __init__(self) -> None:
        self.readers: set[UDPReader] = set()
        self.addReader = self.readers.add
        self.removeReader = self.readers.discard


class UDPReaderTests(SynchronousTestCase):
    """
    A reader of a socket without a network.
    """

    def setUp(self) -> None:
        """
        A reader that has started.
        """
        self.socket, self.reactor, self.time = FakeSocket(), FakeReactor(), 100.0
        self.batches: list[list[Datagram]] = []
        self.reader = self.started(
            lambda datagrams, now: self.batches.append(datagrams)
        )

    def started(self, received: Any, size: int = 65535) -> UDPReader:
        """
        A reader of the socket.
        """
        untyped: Any = self.socket
        reader = UDPReader(
            untyped, received, lambda: self.time, self.reactor, "test", size
        )
        reader.start()
        return reader

    def burst(self, count: int) -> list[int]:
        """
        The sizes of the batches in which that many datagrams are read, when
        they come at once.
        """
        self.socket.waiting = [b"x"] * count
        while self.socket.waiting:
            self.reader.doRead()
            self.time += BURST / 2
        sizes, self.batches = [len(batch) for batch in self.batches], []
        return sizes

    def test_handsOver(self) -> None:
        """
        The receiver gets each datagram with its sender, and the time.
        """
        heard = []
        reader = self.started(lambda datagrams, now: heard.append((datagrams, now)))
        self.socket.waiting = [b"one"]
        reader.doRead()
        self.assertEqual(heard, [([(b"one", PEER)], 100.0)])

    def test_oneReadForOneDatagram(self) -> None:
        """
        A datagram that comes alone costs one read, not a second one that finds
        nothing.
        """
        for _ in range(5):
            self.socket.waiting = [b"x"]
            self.reader.doRead()
            self.time += 1.0
        self.assertEqual(self.socket.reads, 5)

    def test_burst(self) -> None:
        """
        In a burst each wake reads twice as many as the last, up to the bound.
        """
        self.time = self.reader._woken + BURST / 2
        sizes = self.burst(300)
        self.assertEqual(sizes[:7], [1, 2, 4, 8, 16, 32, MOST])
        self.assertEqual(max(sizes), MOST)

    def test_afterABurst(self) -> None:
        """
        When a burst ends, the budget falls to what was there.
        """
        self.time = self.reader._woken + BURST / 2
        self.burst(100)
        self.socket.waiting = [b"x", b"y", b"z"]
        self.reader.doRead()
        self.assertEqual(self.reader._budget, 3)

    def test_icmpErrors(self) -> None:
        """
        An error about something sent earlier takes no datagram away.
        """
        self.reader._budget = 3
        self.socket.waiting = [ConnectionRefusedError(), b"x"]
        self.reader.doRead()
        self.assertEqual(self.batches, [[(b"x", PEER)]])

    def test_nothingThere(self) -> None:
        """
        A wake that finds nothing calls nobody.
        """
        self.reader.doRead()
        self.assertEqual(self.batches, [])

    def test_fault(self) -> None:
        """
        A receiver that raises is logged, and the next datagram is read.
        """

        def broken(datagrams: list[Datagram], now: float) -> None:
            raise KeyError("x")

        reader = self.started(broken)
        self.socket.waiting = [b"x"]
        reader.doRead()
        self.assertEqual(len(self.flushLoggedErrors(KeyError)), 1)
        self.assertIn(reader, self.reactor.readers)

    def test_stop(self) -> None:
        """
        After the stop the socket is closed and no longer watched.
        """
        self.reader.stop()
        self.assertTrue(self.reader.closed)
        self.assertEqual(self.reader.fileno(), -1)
        self.assertEqual(self.reactor.readers, set())

    def test_connectionLost(self) -> None:
        """
        A reactor that ends has the socket closed.
        """
        self.reader.connectionLost(None)
        self.assertTrue(self.reader.closed)

    def test_cut(self) -> None:
        """
        What is longer than wanted is cut off.
        """
        reader = self.started(
            lambda datagrams, now: self.batches.append(datagrams), size=4
        )
        self.socket.waiting = [b"longer"]
        reader.doRead()
        self.assertEqual(self.batches, [[(b"long", PEER)]])


class LoopbackTests(SynchronousTestCase):
    """
    The same with a real socket.
    """

    def test_real(self) -> None:
        """
        Datagrams of a real socket arrive; an empty one does too.
        """
        bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        bound.bind(("127.0.0.1", 0))
        batches: list[list[Datagram]] = []
        reader = UDPReader(
            bound,
            lambda datagrams, now: batches.append(datagrams),
            lambda: 0.0,
            FakeReactor(),
            "test",
        )
        self.addCleanup(reader.stop)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.sendto(b"one", bound.getsockname())
            peer.sendto(b"", bound.getsockname())
        reader._budget = 3
        reader.doRead()
        self.assertEqual([data for data, _ in batches[0]], [b"one", b""])
