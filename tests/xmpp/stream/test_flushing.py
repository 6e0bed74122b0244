"""
Tests for L{gigasetd.xmpp.stream.flushing}.
"""

from __future__ import annotations

from gigasetd.xmpp.stream.writer import StreamWriter
from tests.xmpp.streaming import AWAY
from tests.xmpp.test_executor import ExecutorCase


class Slow(StreamWriter):
    """
    A writer whose peer has left some bytes unread.
    """

    left = 0

    def waiting(self) -> int:
        """
        How many.
        """
        return self.left

    def flush(self) -> bool:
        """
        Write, which does not make the peer read.
        """
        return super().flush() and not self.left


class UnreadTests(ExecutorCase):
    """
    Peers that read slowly, or not at all.
    """

    section = {"max_unread": 65536}

    def setUp(self) -> None:
        super().setUp()
        stream = self.alice.stream
        touched = self.executor.flusher.touched
        self.writer = Slow(stream, self.alice.transport, 65536, touched)
        self.executor.writers[stream.number] = stream.writer = self.writer

    def test_neverReads(self) -> None:
        """
        A peer that leaves too much unread is cut off.
        """
        self.writer.left = 65537
        self.tell(self.send("<a/>"))
        self.assertTrue(self.alice.transport.aborted)
        self.assertEqual(self.executor.counts["unread"], 1)

    def test_slow(self) -> None:
        """
        One that reads slowly may; the rules hear when it has read all.
        """
        flushed: list[int] = []
        self.executor.rules.flushed = (  # type: ignore[method-assign]
            lambda number, now: flushed.append(number) or []  # type: ignore[func-returns-value]
        )
        self.writer.left = 100
        self.tell(self.send("<a/>"))
        self.advance(1)
        self.assertEqual(flushed, [])
        self.writer.left = 0
        self.advance(1)
        self.assertEqual(flushed, [self.alice.stream.number])

    def test_silentAndFull(self) -> None:
        """
        One that has not read for as long as it was silent is cut off.
        """
        self.writer.left = 1
        self.advance(302)
        self.assertTrue(self.alice.transport.aborted)

    def test_lost(self) -> None:
        """
        Nothing is left of one that goes while it is written to.
        """
        self.writer.left = 100
        self.tell(self.send("<a/>"))
        self.alice.lose()
        self.advance(2)
        self.assertEqual(len(self.streams), 0)
        self.assertEqual(self.connect(AWAY).heard(), "")
