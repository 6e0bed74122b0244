# -*- test-case-name: tests.privacy.test_retention -*-
"""
Finds and removes what exceeds its retention time.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gigasetd.privacy.erasure import cleared, goes
from gigasetd.privacy.field import End
from gigasetd.registry.model import CheckIn, Value
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import Subject, subjects

DAY = 86400.0


class RetentionPeriods(NamedTuple):
    """
    Retention times in days, from the C{privacy} section.
    """

    checkin_days: float
    inactive_days: float
    message_days: float = 14.0


class RetentionChange(NamedTuple):
    """
    One value to change or remove.
    """

    value: Value
    keep: bool  #: whether C{value} is the new value; otherwise it is removed


def due(
    registry: Registry, now: float, periods: RetentionPeriods
) -> Iterator[RetentionChange | None]:
    """
    Iterate over the changes that are due; C{None} after each subject lets the
    caller pause.

    The registry may change meanwhile, as L{subjects} says.
    """
    unseen = now - periods.checkin_days * DAY
    inactive = now - periods.inactive_days * DAY
    for subject in subjects(registry):
        ended = lastUse(subject) <= inactive
        if subject.checkin:
            yield from _checkin(subject.checkin, unseen, ended)
        if subject.account and ended:
            yield from _ifChanged(
                subject.account, cleared(subject.account, End.INACTIVE)
            )
        for binding in subject.bindings if ended else ():
            yield RetentionChange(binding, False)
        for value in (*subject.single, *subject.several) if ended else ():
            if goes(value, End.INACTIVE):
                yield RetentionChange(value, False)
        yield None
    yield from _guests(registry, unseen)
    yield from _messages(registry, now - periods.message_days * DAY)
    for notice in list(registry.notices.values()):
        if notice.until and notice.until <= now:
            yield RetentionChange(notice, False)


def _guests(registry: Registry, unseen: float) -> Iterator[RetentionChange]:
    # Guests are phones that checked in but are not registered devices.
    for mac in [mac for mac in registry.checkins if mac not in registry.devices]:
        guest = registry.checkins.get(mac)
        if guest and guest.seen <= unseen and mac not in registry.devices:
            yield RetentionChange(guest, False)


def _messages(registry: Registry, waited: float) -> Iterator[RetentionChange | None]:
    for number in list(registry.held):
        for message in list(registry.held.get(number, {}).values()):
            if message.arrived <= waited:
                yield RetentionChange(message, False)
        yield None


def lastUse(subject: Subject) -> float:
    """
    Return when a subject was last used; being added counts.
    """
    device, account, checkin, bindings = subject[:4]
    return max(
        device.added if device else 0.0,
        max(account.added, account.active) if account else 0.0,
        checkin.seen if checkin else 0.0,
        *(binding.registered for binding in bindings),
        0.0,
    )


def _checkin(checkin: CheckIn, unseen: float, ended: bool) -> Iterator[RetentionChange]:
    left = cleared(checkin, End.UNSEEN) if checkin.seen <= unseen else checkin
    yield from _ifChanged(checkin, cleared(left, End.INACTIVE) if ended else left)


def _ifChanged(old: Value, new: Value) -> Iterator[RetentionChange]:
    if old != new:
        yield RetentionChange(new, True)


def perform(registry: Registry, steps: Iterable[RetentionChange | None]) -> int:
    """
    Apply changes to the registry.

    @return: the number of changes.
    """
    count = 0
    for step in steps:
        if step is None:
            continue
        value, keep = step
        if keep:
            registry.put(value)
        else:
            registry.drop(value)
        count += 1
    return count
