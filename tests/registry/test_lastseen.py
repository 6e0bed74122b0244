"""
Tests for L{gigasetd.registry.lastseen}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.lastseen import LastSeen


class LastSeenTests(SynchronousTestCase):
    """
    A memory that cannot grow.
    """

    def test_last(self) -> None:
        """
        The last time counts, of whichever of the keys.
        """
        seen = LastSeen()
        seen.note("a", 5.0)
        seen.note("b", 7.0)
        self.assertEqual(seen.when("a", "b"), 7.0)
        self.assertEqual(seen.when("a"), 5.0)
        self.assertEqual((seen.when("c"), seen.when()), (0.0, 0.0))

    def test_bounded(self) -> None:
        """
        A flood of keys drops the key that was silent longest, and only that.
        """
        seen = LastSeen(2)
        for turn, key in enumerate(("a", "b", "a", "c")):
            seen.note(key, float(turn))
        self.assertEqual(len(seen), 2)
        self.assertEqual((seen.when("a"), seen.when("b")), (2.0, 0.0))
