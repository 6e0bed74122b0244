# -*- test-case-name: tests.privacy.test_service -*-
"""
The retention sweep: what may be kept no longer goes, once an hour.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from twisted.application.internet import TimerService
from twisted.internet.defer import Deferred
from twisted.internet.task import cooperate
from twisted.logger import Logger

from gigasetd.config.sections.server import PrivacySection
from gigasetd.privacy.retention import RetentionPeriods, due, perform
from gigasetd.process.clock import SteadyClock
from gigasetd.registry.registry import Registry

log = Logger()

HOUR = 3600.0
SLICE = 500
"""Subjects looked at before everybody else gets a turn."""


def service(
    section: PrivacySection,
    registry: Registry,
    settle: Callable[[], None],
    clock: SteadyClock,
    reactor: Any,
) -> TimerService:
    """
    Build the sweep.

    @param settle: makes the registry's changes safe.
    """
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
    timer.clock = reactor
    return timer
