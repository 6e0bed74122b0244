# -*- test-case-name: tests.info.sources.test_recurrence -*-
"""
The days on which an event recurs (RFC 5545 section 3.3.10).

dateutil, which icalendar uses, walks from the first occurrence on, and with a
rule that never matches to the year 9999: a calendar could keep a thread busy
for minutes. This module decides for a single day whether it matches, so the
time for a fortnight does not depend on the rule. Rules within a day (C{HOURLY},
C{BYHOUR}) and those that count days or weeks of the year (C{BYWEEKNO},
C{BYYEARDAY}) are not supported.

Layer 0 (values).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
KNOWN = {
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH",
    "BYSETPOS", "WKST",
}  # fmt: skip
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


class RecurrenceRule(NamedTuple):
    """
    One C{RRULE}.
    """

    frequency: str  #: of L{FREQUENCIES}
    interval: int = 1
    total: int = 0  #: C{COUNT}, C{0} for endless
    until: date | None = None
    weekdays: tuple[tuple[int, int], ...] = ()
    """Ordinal (C{0} for every) and weekday (Monday is 0)."""
    days: tuple[int, ...] = ()  #: of the month, from its end where negative
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()  #: C{BYSETPOS}
    start: int = 0  #: C{WKST}, the first day of a week


def ruleOf(parts: Mapping[str, Any]) -> RecurrenceRule | None:
    """
    Build a rule from the parts that icalendar has parsed.

    @return: L{None} for a rule that is not supported.
    """
    frequency = str(_first(parts, "FREQ", "")).upper()
    if frequency not in FREQUENCIES or not KNOWN.issuperset(map(str.upper, parts)):
        return None
    until = _first(parts, "UNTIL", None)
    try:
        return RecurrenceRule(
            frequency,
            max(1, int(_first(parts, "INTERVAL", 1))),
            max(0, int(_first(parts, "COUNT", 0))),
            date(until.year, until.month, until.day) if until else None,
            tuple(map(_weekday, _all(parts, "BYDAY"))),
            tuple(map(int, _all(parts, "BYMONTHDAY"))),
            tuple(map(int, _all(parts, "BYMONTH"))),
            tuple(map(int, _all(parts, "BYSETPOS"))),
            WEEKDAYS.index(str(_first(parts, "WKST", "MO")).upper()),
        )
    except (ValueError, TypeError, AttributeError):
        return None


def _all(parts: Mapping[str, Any], name: str) -> list[Any]:
    # No more values than a year has days.
    values = parts.get(name, [])
    return list(values)[:366] if isinstance(values, (list, tuple)) else [values]


def _first(parts: Mapping[str, Any], name: str, default: Any) -> Any:
    return next(iter(_all(parts, name)), default)


def _weekday(value: Any) -> tuple[int, int]:
    # MO, 1MO or -1MO.
    text = str(value).upper()
    return int(text[:-2] or 0), WEEKDAYS.index(text[-2:])


def occurs(rule: RecurrenceRule, first: date, day: date) -> bool:
    """
    Whether an event that began on C{first} recurs on C{day}, regardless of
    C{COUNT}.
    """
    if day <= first:
        return day == first
    if rule.until is not None and day > rule.until:
        return False
    if _periods(rule, first, day) % rule.interval:
        return False
    if not _matches(rule, first, day):
        return False
    return not rule.positions or _isAtPosition(rule, first, day)


def countBefore(rule: RecurrenceRule, first: date, day: date) -> int:
    """
    Count the occurrences before C{day}. Takes time for each day in between.
    """
    days = (first + timedelta(days=n) for n in range((day - first).days))
    return sum(occurs(rule, first, candidate) for candidate in days)


def _periods(rule: RecurrenceRule, first: date, day: date) -> int:
    # Days, weeks, months or years between the two, as the rule counts.
    if rule.frequency == "DAILY":
        return (day - first).days
    if rule.frequency == "WEEKLY":
        begin = [d.toordinal() - (d.weekday() - rule.start) % 7 for d in (first, day)]
        return (begin[1] - begin[0]) // 7
    years = day.year - first.year
    return (
        years * 12 + day.month - first.month if rule.frequency == "MONTHLY" else years
    )


def _matches(rule: RecurrenceRule, first: date, day: date) -> bool:
    # Without BY... parts the first day says which days match.
    length = monthrange(day.year, day.month)[1]
    if rule.months and day.month not in rule.months:
        return False
    if rule.days and not {day.day, day.day - length - 1}.intersection(rule.days):
        return False
    if rule.weekdays:
        return any(_isWeekday(rule, day, *weekday) for weekday in rule.weekdays)
    if rule.days or rule.frequency == "DAILY":
        return True
    if rule.frequency == "WEEKLY":
        return day.weekday() == first.weekday()
    if rule.frequency == "YEARLY" and not rule.months and day.month != first.month:
        return False
    return day.day == first.day


def _isWeekday(rule: RecurrenceRule, day: date, ordinal: int, weekday: int) -> bool:
    # A weekday with an ordinal is, say, the second Tuesday of its month or year.
    if day.weekday() != weekday:
        return False
    if ordinal == 0 or rule.frequency in ("DAILY", "WEEKLY"):
        return True
    ofYear = rule.frequency == "YEARLY" and not rule.months
    begin, end = _span("YEARLY" if ofYear else "MONTHLY", day)
    since, left = (day - begin).days, (end - day).days
    return ordinal in (since // 7 + 1, -(left // 7 + 1))


def _span(frequency: str, day: date) -> tuple[date, date]:
    if frequency == "YEARLY":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def _isAtPosition(rule: RecurrenceRule, first: date, day: date) -> bool:
    if rule.frequency not in ("MONTHLY", "YEARLY"):
        return True
    begin, end = _span(rule.frequency, day)
    days = (begin + timedelta(days=n) for n in range((end - begin).days + 1))
    matching = [candidate for candidate in days if _matches(rule, first, candidate)]
    place = matching.index(day)
    return not {place + 1, place - len(matching)}.isdisjoint(rule.positions)
