"""
Tests for L{gigasetd.ratelimit.fairqueue}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.ratelimit.fairqueue import FairQueue


class FairQueueTests(SynchronousTestCase):
    """
    L{FairQueue}.
    """

    def setUp(self) -> None:
        """
        A queue for four.
        """
        self.queue: FairQueue[str] = FairQueue(4)

    def all(self) -> list[str]:
        """
        Remove all entries.
        """
        return list(iter(self.queue.pop, None))

    def test_order(self) -> None:
        """
        One source is served in the order of arrival.
        """
        for entry in "abc":
            self.assertIsNone(self.queue.push("192.0.2.1", entry))
        self.assertEqual(self.all(), ["a", "b", "c"])
        self.assertEqual(len(self.queue), 0)

    def test_turns(self) -> None:
        """
        Networks take turns, and sources inside each.
        """
        for source, entry in (
            ("192.0.2.1", "a"),
            ("192.0.2.1", "b"),
            ("192.0.2.2", "c"),
            ("198.51.100.1", "d"),
        ):
            self.queue.push(source, entry)
        self.assertEqual(self.all(), ["a", "d", "c", "b"])

    def test_full(self) -> None:
        """
        A crowd makes room for others, its last entry first, until it has no more
        than they.
        """
        for entry in "abcd":
            self.queue.push("192.0.2.1", entry)
        self.assertEqual(self.queue.push("192.0.2.1", "e"), "e")
        self.assertEqual(self.queue.push("198.51.100.1", "f"), "d")
        self.assertEqual(self.queue.push("203.0.113.1", "g"), "c")
        self.assertEqual(len(self.queue), 4)

    def test_manySources(self) -> None:
        """
        All /64s of a rented /48 have one turn, and no more room than others.
        """
        for number in range(600):
            self.queue.push(f"2001:db8:0:{number:x}::/64", str(number))
        gone = self.queue.push("2001:db9::/64", "owner")
        self.assertNotEqual(gone, "owner")
        self.queue.pop()
        self.assertEqual(self.queue.pop(), "owner")
