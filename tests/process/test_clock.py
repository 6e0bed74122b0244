"""
Tests for L{gigasetd.process.clock}.
"""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.process.clock import SteadyClock


class SteadyClockTests(SynchronousTestCase):
    """
    Somebody who sets the machine's time changes nobody's registration.
    """

    def setUp(self) -> None:
        """
        A clock over a monotonic and a wall clock that the test moves.
        """
        self.monotonic = Clock()
        self.monotonic.advance(100)
        self.wall = 1_000_000.0
        self.clock = SteadyClock(self.monotonic.seconds, lambda: self.wall)

    def test_startsAsTheWall(self) -> None:
        """
        At the start it says what the wall clock says.
        """
        self.assertEqual(self.clock.now(), 1_000_000.0)

    def test_runs(self) -> None:
        """
        It runs on the monotonic clock.
        """
        self.monotonic.advance(2.5)
        self.assertEqual(self.clock.now(), 1_000_002.5)

    def test_jumps(self) -> None:
        """
        A wall clock that is set, back or forth, does not move it, and the
        jump can be told.
        """
        for jump in (-86400.0, 86400.0):
            self.wall = 1_000_000.0 + jump
            self.assertEqual(self.clock.now(), 1_000_000.0)
            self.assertEqual(self.clock.skew(), jump)
