"""
Tests for L{gigasetd.registry.lastseen}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.lastseen import Lately


class LatelyTests(SynchronousTestCase):
    """
    A memory that cannot grow.
    """

    def test_last(self) -> None:
        """
        The last time counts, of whichever of the keys.
        """
        lately = Lately()
        lately.note("a", 5.0)
        lately.note("b", 7.0)
        self.assertEqual(lately.when("a", "b"), 7.0)
        self.assertEqual(lately.when("a"), 5.0)
        self.assertEqual((lately.when("c"), lately.when()), (0.0, 0.0))

    def test_bounded(self) -> None:
        """
        A flood of keys drives out whoever was silent longest, and only that.
        """
        lately = Lately(2)
        for turn, key in enumerate(("a", "b", "a", "c")):
            lately.note(key, float(turn))
        self.assertEqual(len(lately), 2)
        self.assertEqual((lately.when("a"), lately.when("b")), (2.0, 0.0))
