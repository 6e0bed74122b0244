# -*- test-case-name: tests.privacy.test_service -*-
"""
The retention sweep: what may be kept no longer goes, once an hour.

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
"""Subjects looked at before everybody else gets a turn."""


def part(site: Site) -> Part:
    """
    Build the hourly sweep.
    """
    section, clock = site.config.privacy, site.clock
    registry, settle = site.registry, site.store.settle
    limits = RetentionPeriods(
        section.checkin_days, section.inactive_days, section.message_days
    )

    def slices() -> Iterator[None]:
        """
        Remove what is due, a little at a time.
        """
        steps, removed = due(registry, clock.now(), limits), 0
        while piece := list(islice(steps, SLICE)):
            removed += perform(registry, piece)
            settle()
            yield
        if removed:
            log.info("the retention sweep changed {count} values", count=removed)

    def sweep() -> Deferred[Any]:
        """
        One whole sweep; a fault must not end the timer.
        """
        swept: Deferred[Any] = cooperate(slices()).whenDone()
        return swept.addErrback(
            lambda failure: log.failure("the retention sweep failed", failure=failure)
        )

    timer = TimerService(HOUR, sweep)
    timer.clock = site.reactor
    return Part(services=(timer,))
