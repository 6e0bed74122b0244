# -*- test-case-name: tests.info.sources.test_recurrence -*-
"""
On which days an event repeats (RFC 5545 section 3.3.10).

dateutil, which icalendar brings, walks from the first time on, and with a rule
that never comes true to the year 9999: a calendar from outside could keep a
thread busy for minutes.  Here one looks at a day and says whether it is one, so
that the time for a fortnight is the same whatever a rule says.  What changes
within a day (C{HOURLY}, C{BYHOUR}) and counts by the year (C{BYWEEKNO},
C{BYYEARDAY}) is left out.

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

    often: str  #: of L{FREQUENCIES}
    interval: int = 1
    times: int = 0  #: how often in all, C{0} for endless
    until: date | None = None
    weekdays: tuple[tuple[int, int], ...] = ()
    """Ordinal (C{0} for each) and weekday, Monday is 0."""
    days: tuple[int, ...] = ()  #: of the month, from its end where negative
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()  #: C{BYSETPOS}
    start: int = 0  #: the weekday that a week begins with


def ruleOf(told: Mapping[str, Any]) -> RecurrenceRule | None:
    """
    A rule as icalendar has read it: names and lists of values.

    @return: L{None} for one that is left out.
    """
    often = str(_first(told, "FREQ", "")).upper()
    if often not in FREQUENCIES or not KNOWN.issuperset(map(str.upper, told)):
        return None
    until = _first(told, "UNTIL", None)
    try:
        return RecurrenceRule(
            often,
            max(1, int(_first(told, "INTERVAL", 1))),
            max(0, int(_first(told, "COUNT", 0))),
            date(until.year, until.month, until.day) if until else None,
            tuple(map(_weekday, _all(told, "BYDAY"))),
            tuple(map(int, _all(told, "BYMONTHDAY"))),
            tuple(map(int, _all(told, "BYMONTH"))),
            tuple(map(int, _all(told, "BYSETPOS"))),
            WEEKDAYS.index(str(_first(told, "WKST", "MO")).upper()),
        )
    except (ValueError, TypeError, AttributeError):
        return None


def _all(told: Mapping[str, Any], name: str) -> list[Any]:
    """
    The values of one part, at most as many as a year has days.
    """
    values = told.get(name, [])
    return list(values)[:366] if isinstance(values, (list, tuple)) else [values]


def _first(told: Mapping[str, Any], name: str, default: Any) -> Any:
    """
    The value of a part that has one.
    """
    return next(iter(_all(told, name)), default)


def _weekday(told: Any) -> tuple[int, int]:
    """
    C{MO}, C{1MO} or C{-1MO}.
    """
    text = str(told).upper()
    return int(text[:-2] or 0), WEEKDAYS.index(text[-2:])


def occurs(rule: RecurrenceRule, first: date, day: date) -> bool:
    """
    Whether an event that began on C{first} has its turn on C{day}, no matter
    how often it may.
    """
    if day <= first:
        return day == first
    if rule.until is not None and day > rule.until:
        return False
    if _periods(rule, first, day) % rule.interval:
        return False
    if not _fits(rule, first, day):
        return False
    return not rule.positions or _placed(rule, first, day)


def countBefore(rule: RecurrenceRule, first: date, day: date) -> int:
    """
    How many turns there were before C{day}; as slow as these are days.
    """
    days = (first + timedelta(days=n) for n in range((day - first).days))
    return sum(occurs(rule, first, one) for one in days)


def _periods(rule: RecurrenceRule, first: date, day: date) -> int:
    """
    How many days, weeks, months or years lie between the two.
    """
    if rule.often == "DAILY":
        return (day - first).days
    if rule.often == "WEEKLY":
        begin = [d.toordinal() - (d.weekday() - rule.start) % 7 for d in (first, day)]
        return (begin[1] - begin[0]) // 7
    years = day.year - first.year
    return years * 12 + day.month - first.month if rule.often == "MONTHLY" else years


def _fits(rule: RecurrenceRule, first: date, day: date) -> bool:
    """
    Whether the day itself is one that the rule names, or that the first day
    stands for where it names none.
    """
    length = monthrange(day.year, day.month)[1]
    if rule.months and day.month not in rule.months:
        return False
    if rule.days and not {day.day, day.day - length - 1}.intersection(rule.days):
        return False
    if rule.weekdays:
        return any(_isWeekday(rule, day, *one) for one in rule.weekdays)
    if rule.days or rule.often == "DAILY":
        return True
    if rule.often == "WEEKLY":
        return day.weekday() == first.weekday()
    if rule.often == "YEARLY" and not rule.months and day.month != first.month:
        return False
    return day.day == first.day


def _isWeekday(rule: RecurrenceRule, day: date, ordinal: int, weekday: int) -> bool:
    """
    Whether a day is, say, the second Tuesday of its month, or of its year.
    """
    if day.weekday() != weekday:
        return False
    if ordinal == 0 or rule.often in ("DAILY", "WEEKLY"):
        return True
    ofYear = rule.often == "YEARLY" and not rule.months
    begin, end = _span("YEARLY" if ofYear else "MONTHLY", day)
    since, left = (day - begin).days, (end - day).days
    return ordinal in (since // 7 + 1, -(left // 7 + 1))


def _span(often: str, day: date) -> tuple[date, date]:
    """
    First and last day of the month or the year.
    """
    if often == "YEARLY":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def _placed(rule: RecurrenceRule, first: date, day: date) -> bool:
    """
    Whether C{BYSETPOS} names this one of the days of its month or year.
    """
    if rule.often not in ("MONTHLY", "YEARLY"):
        return True
    begin, end = _span(rule.often, day)
    days = (begin + timedelta(days=n) for n in range((end - begin).days + 1))
    fitting = [one for one in days if _fits(rule, first, one)]
    place = fitting.index(day)
    return not {place + 1, place - len(fitting)}.isdisjoint(rule.positions)
