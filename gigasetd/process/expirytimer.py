# -*- test-case-name: tests.process.test_expirytimer -*-
"""
A timer that drops expired state in memory: login codes, sessions, screens.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.application.internet import TimerService
from twisted.logger import Logger

from gigasetd.site.part import Part
from gigasetd.site.site import Site
from gigasetd.telemetry.status import Status

log = Logger()

MINUTE = 60.0


def part(site: Site) -> Part:
    """
    Make the timer, which runs once a minute.
    """
    timer = TimerService(MINUTE, expire, site.status, site.clock.now)
    timer.clock = site.reactor
    return Part(services=(timer,))


def expire(status: Status, now: Callable[[], float]) -> None:
    """
    Let every part drop its expired state.
    """
    # A failure in one part must not end the timer.
    for drop in status.expires:
        try:
            drop(now())
        except Exception:
            log.failure("expired state was not dropped")
