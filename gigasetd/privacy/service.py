# -*- test-case-name: tests.privacy.test_service -*-
"""
The hourly retention sweep.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from twisted.application.internet import TimerService
from twisted.internet.defer import Deferred
from twisted.internet.task import cooperate
from twisted.logger import Logger

from gigasetd.privacy.retention import RetentionPeriods, due, perform
from gigasetd.site.part import Part
from gigasetd.site.site import Site

log = Logger()

HOUR = 3600.0
SLICE = 500
"""Subjects that are checked before the reactor continues."""


def part(site: Site) -> Part:
    """
    Build the sweep.
    """
    section, clock = site.config.privacy, site.clock
    registry, settle = site.registry, site.store.settle
    periods = RetentionPeriods(
        section.checkin_days, section.inactive_days, section.message_days
    )

    def slices() -> Iterator[None]:
        # In slices, so that the sweep does not block the reactor.
        steps, removed = due(registry, clock.now(), periods), 0
        while piece := list(islice(steps, SLICE)):
            removed += perform(registry, piece)
            settle()
            yield
        if removed:
            log.info("the retention sweep changed {count} values", count=removed)

    def sweep() -> Deferred[Any]:
        # An unhandled failure would end the timer.
        sweeping: Deferred[Any] = cooperate(slices()).whenDone()
        return sweeping.addErrback(
            lambda failure: log.failure("the retention sweep failed", failure=failure)
        )

    timer = TimerService(HOUR, sweep)
    timer.clock = site.reactor
    return Part(services=(timer,))
