# -*- test-case-name: tests.process.test_clock -*-
"""
A steady clock for the rules: epoch seconds that never jump.

It starts as the wall clock and then follows the reactor's monotonic clock, so
that setting the machine's time neither expires nor prolongs a live binding.

Layer 3 (I/O).
"""

from __future__ import annotations

import time
from collections.abc import Callable


class SteadyClock:
    """
    Counts epoch seconds by a monotonic clock.

    @ivar seconds: that clock, in seconds.
    """

    def __init__(
        self, seconds: Callable[[], float], wall: Callable[[], float] = time.time
    ) -> None:
        self.seconds = seconds
        self._wall = wall
        self._offset = wall() - seconds()

    def now(self) -> float:
        """
        The epoch seconds that the wall clock would show had it not been set.
        """
        return self.seconds() + self._offset

    def skew(self) -> float:
        """
        The seconds by which the wall clock was set since the start.
        """
        return self._wall() - self.now()
