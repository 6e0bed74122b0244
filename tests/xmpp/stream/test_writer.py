"""
Tests for L{gigasetd.xmpp.stream.writer}.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.abstract import FileDescriptor
from twisted.internet.testing import MemoryReactor
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.xmpp.stanza.parser import Event
from gigasetd.xmpp.stream.writer import StreamWriter, WriteBuffer
from tests.xmpp.streaming import Transport


class Socket(FileDescriptor):
    """
    A socket that takes so many bytes, and nothing by itself.
    """

    def __init__(self, room: int) -> None:
        super().__init__(MemoryReactor())  # type: ignore[arg-type]
        self.connected = 1
        self.room = room
        self.taken = b""

    def writeSomeData(self, data: bytes) -> int:
        """
        Take what there is room for.
        """
        part = data[: self.room]
        self.room -= len(part)
        self.taken += part
        return len(part)


class BufferTests(SynchronousTestCase):
    """
    Text on its way to a socket.
    """

    def test_once(self) -> None:
        """
        What is appended before a flush is written at once, as UTF-8.
        """
        transport = Transport()
        writes: list[bytes] = []
        transport.write = writes.append  # type: ignore[method-assign]
        buffer = WriteBuffer(transport, 10)
        for text in ("a", "\u00e4", "\ud800"):
            buffer.append(text)
        self.assertTrue(buffer.flush())
        self.assertEqual(writes, ["a\u00e4?".encode()])
        self.assertEqual(buffer.written, 4)
        self.assertTrue(buffer.flush())
        self.assertEqual(len(writes), 1)

    def test_unread(self) -> None:
        """
        What a socket does not take is counted, and nothing is written past it.
        """
        socket = Socket(3)
        buffer = WriteBuffer(socket, 4)
        buffer.append("abcde")
        self.assertFalse(buffer.flush())
        self.assertEqual((socket.taken, buffer.waiting()), (b"abc", 2))
        self.assertFalse(buffer.overfull())
        socket.room = 10
        buffer.append("fgh")
        self.assertFalse(buffer.flush())
        self.assertEqual((socket.taken, buffer.waiting()), (b"abc", 5))
        self.assertTrue(buffer.overfull())
        socket.doWrite()
        self.assertEqual((socket.taken, buffer.waiting()), (b"abcdefgh", 0))
        self.assertTrue(buffer.flush())

    def test_secured(self) -> None:
        """
        Once TLS has begun, nothing goes to the socket directly.
        """
        socket = Socket(10)
        buffer = WriteBuffer(socket, 10)
        buffer.secured()
        buffer.append("secret")
        buffer.flush()
        self.assertEqual(socket.taken, b"")

    def test_abort(self) -> None:
        """
        A connection can be cut off.
        """
        transport = Transport()
        WriteBuffer(transport, 10).abort()
        self.assertTrue(transport.aborted)


class Host:
    """
    A stream that does nothing.
    """

    def received(self, event: Event, now: float) -> bool:
        """
        Ignore it.
        """
        return False

    def turned(self, now: float) -> None:
        """
        Ignore it.
        """

    def flushed(self) -> None:
        """
        Ignore it.
        """

    def close(self, condition: str = "", text: str = "", detail: Any = None) -> None:
        """
        Ignore it.
        """


class HeldTests(SynchronousTestCase):
    """
    Text that waits for changes to be on disk.
    """

    def setUp(self) -> None:
        self.transport = Transport()
        self.touched: dict[StreamWriter, None] = {}
        self.writer = StreamWriter(Host(), self.transport, 10, self.touched)

    def written(self) -> bytes:
        """
        Flush, and take what was written.
        """
        self.writer.flush()
        data: bytes = self.transport.value()
        self.transport.clear()
        return data

    def test_order(self) -> None:
        """
        What follows a text that waits, waits too; each change releases its
        own.
        """
        self.writer.put("a")
        self.writer.put("b", 7)
        self.writer.put("c")
        self.writer.put("d", 9)
        self.assertEqual(self.written(), b"a")
        self.assertTrue(self.writer.holds(7))
        self.assertFalse(self.writer.holds(8))
        self.touched.clear()
        self.writer.release(8)
        self.assertEqual(list(self.touched), [self.writer])
        self.assertEqual(self.written(), b"bc")
        self.writer.release(9)
        self.assertEqual(self.written(), b"d")

    def test_nothing(self) -> None:
        """
        A writer that holds nothing needs no flush when changes are on disk.
        """
        self.writer.release(9)
        self.assertEqual(self.touched, {})

    def test_then(self) -> None:
        """
        An action comes after what was put before it, and before what follows.
        """
        seen: list[bytes] = []

        def note() -> None:
            seen.append(self.transport.value())

        self.writer.put("a")
        self.writer.then(note)
        self.assertEqual(seen, [b"a"])
        self.writer.put("b", 7)
        self.writer.then(note)
        self.writer.put("c")
        self.writer.release(7)
        self.assertEqual(seen, [b"a", b"ab"])
        self.assertEqual(self.written(), b"abc")

    def test_full(self) -> None:
        """
        What is held counts like what is unread.
        """
        self.writer.put("x" * 5, 7)
        self.assertFalse(self.writer.crowded())
        self.writer.put("x")
        self.assertTrue(self.writer.crowded())
        self.assertFalse(self.writer.overfull())
        self.writer.put("x" * 5)
        self.assertTrue(self.writer.overfull())
        self.writer.drop()
        self.assertFalse(self.writer.overfull() or self.writer.crowded())
        self.writer.release(7)
        self.assertEqual(self.written(), b"")
