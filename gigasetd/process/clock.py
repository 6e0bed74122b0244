# -*- test-case-name: tests.process.test_clock -*-
"""
The time that rules are told: epoch seconds that never jump.

It starts as the wall clock and then runs on the reactor's monotonic clock, so
that somebody who sets the machine's time neither expires nor prolongs a live
binding.

Layer 3 (I/O).
"""

from __future__ import annotations

import time
from collections.abc import Callable


class SteadyClock:
    """
    @ivar seconds: the monotonic clock underneath, in seconds.
    """

    def __init__(
        self, seconds: Callable[[], float], wall: Callable[[], float] = time.time
    ) -> None:
        self.seconds = seconds
        self._wall = wall
        self._offset = wall() - seconds()

    def now(self) -> float:
        """
        Epoch seconds, as the wall clock would say had nobody touched it.
        """
        return self.seconds() + self._offset

    def skew(self) -> float:
        """
        How many seconds the wall clock has been moved since the start.
        """
        return self._wall() - self.now()
