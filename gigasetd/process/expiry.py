# -*- test-case-name: tests.process.test_expiry -*-
"""
What is held in memory only, and is forgotten on time also where nobody asks
for it any more: codes, sessions, screens.

Layer 4 (assembly).
"""

from __future__ import annotations

from typing import Any

from twisted.application.internet import TimerService
from twisted.logger import Logger

from gigasetd.process.clock import SteadyClock
from gigasetd.site.live import Live

log = Logger()

MINUTE = 60.0


def service(live: Live, clock: SteadyClock, reactor: Any) -> TimerService:
    """
    Build the timer.
    """

    def tidy() -> None:
        """
        Have everybody forget; a fault of one must not end the timer.
        """
        for forget in live.forgetting:
            try:
                forget(clock.now())
            except Exception:
                log.failure("something was not forgotten on time")

    timer = TimerService(MINUTE, tidy)
    timer.clock = reactor
    return timer
