"""
Tests of L{gigasetd.ratelimit.amplification}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.ratelimit.amplification import fits, room


class AmplificationTests(SynchronousTestCase):
    """
    L{room} and L{fits}.
    """

    def test_room(self) -> None:
        """
        Headers count on both sides: 48 bytes on the wire allow 120.
        """
        self.assertEqual(room(20), 92)
        self.assertEqual(room(0), 42)
        self.assertEqual(room(21), 94)

    def test_fits(self) -> None:
        """
        Each further answer costs its headers, too.
        """
        self.assertTrue(fits(20, 92))
        self.assertFalse(fits(20, 93))
        self.assertTrue(fits(20, 32, 32))
        self.assertFalse(fits(20, 33, 32))
