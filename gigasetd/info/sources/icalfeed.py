# -*- test-case-name: tests.info.sources.test_icalfeed -*-
"""
Events of the next days from a calendar (iCalendar, RFC 5545).

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Calendar

from gigasetd.info.sources.interface import Freshness, RawDocument, Source, SourceError
from gigasetd.info.sources.recurrence import RecurrenceRule, countBefore, occurs, ruleOf

DAYS = 14  #: days ahead
MOST = 100  #: events
LONGEST = 200  #: characters of a title or place
LONGEST_EVENT = 366  #: days of one event; the rest is cut off
COUNTABLE = 400_000  #: days to walk through for C{COUNT}, for all events together
KINDS = ("text/calendar", "text/plain", "application/octet-stream")


class CalendarEvent(NamedTuple):
    """
    One event, or one occurrence of a repeated event; times are epoch seconds.
    """

    title: str
    begins: float  #: for a whole day: midnight UTC of its date
    ends: float  #: exclusive
    whole_day: bool
    place: str


def source() -> Source:
    """
    Build the source; its keys are URLs that owners entered.
    """

    def url(key: str, now: float) -> str:
        scheme, mark, rest = key.partition("://")
        return f"https://{rest}" if mark and scheme.lower() == "webcal" else key

    return Source(
        "calendar", url, parse, Freshness(600, 1800, 86400), KINDS, guarded=True,
        reparseAfter=6 * 3600,
        isolatedType=tuple[CalendarEvent, ...],
    )  # fmt: skip


def parse(raw: RawDocument) -> tuple[CalendarEvent, ...]:
    """
    Parse a calendar: return events that have not ended and begin within
    L{DAYS}, in chronological order.
    """
    try:
        calendars = Calendar.from_ical(raw.body, multiple=True)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError):
        raise SourceError("not a calendar") from None
    if not any(calendar.name == "VCALENDAR" for calendar in calendars):
        raise SourceError("not a calendar")
    events: list[CalendarEvent] = []
    for calendar in calendars:
        events += _CalendarReader(calendar, raw.now).events()
    return tuple(sorted(events, key=lambda event: (event.begins, event.title))[:MOST])


class _CalendarReader:
    """
    Expands the events of one calendar at one time.
    """

    def __init__(self, calendar: Any, now: float) -> None:
        self._components = list(calendar.walk("VEVENT"))
        self._zone = _zone(str(calendar.get("X-WR-TIMEZONE", "UTC")))
        self._now = now
        self._end = now + DAYS * 86400.0
        self._countable = COUNTABLE
        self._moved = self._exceptions()

    # Occurrences that an event of their own replaces (RFC 5545 section 3.8.4.4).
    def _exceptions(self) -> set[tuple[str, float]]:
        moved = set()
        for component in self._components:
            moment = _moment(component, "RECURRENCE-ID")
            if moment is not None:
                moved.add((_text(component, "UID"), self._seconds(moment)))
        return moved

    def events(self) -> Iterator[CalendarEvent]:
        """
        Iterate over the events in no order; malformed ones are left out.
        """
        for component in self._components:
            try:
                yield from list(self._expand(component))
            except (ValueError, TypeError, OverflowError):
                continue

    def _expand(self, component: Any) -> Iterator[CalendarEvent]:
        first = _moment(component, "DTSTART")
        if first is None or _text(component, "STATUS").upper() == "CANCELLED":
            return
        duration = self._duration(component, first)
        for begin in islice(self._occurrences(component, first, duration), MOST):
            yield self._event(component, begin, duration)

    def _event(self, component: Any, begin: date, duration: timedelta) -> CalendarEvent:
        start = self._seconds(begin)
        whole = not isinstance(begin, datetime)
        place, title = _text(component, "LOCATION"), _text(component, "SUMMARY")
        return CalendarEvent(
            title, start, start + duration.total_seconds(), whole, place
        )

    def _duration(self, component: Any, first: date) -> timedelta:
        end = _moment(component, "DTEND")
        duration = _attribute(component.get("DURATION"), "dt")
        if end is not None and isinstance(end, datetime) == isinstance(first, datetime):
            duration = timedelta(seconds=self._seconds(end) - self._seconds(first))
        if not isinstance(duration, timedelta) or duration < timedelta(0):
            duration = timedelta(0)
        if not isinstance(first, datetime):
            duration = max(duration, timedelta(days=1))
        return min(duration, timedelta(days=LONGEST_EVENT))

    def _occurrences(
        self, component: Any, first: date, duration: timedelta
    ) -> Iterator[date]:
        alone = component.get("RECURRENCE-ID") is not None
        begins = [first] if alone else self._candidates(component, first, duration)
        excluded = {self._seconds(day) for day in _dates(component, "EXDATE")}
        for begin in begins:
            start = self._seconds(begin)
            moved = not alone and (_text(component, "UID"), start) in self._moved
            if start in excluded or moved:
                continue
            if start < self._end and start + duration.total_seconds() > self._now:
                yield begin

    def _candidates(
        self, component: Any, first: date, duration: timedelta
    ) -> list[date]:
        rules = _list(component.get("RRULE"))
        rule = ruleOf(rules[0]) if rules else None
        begins = self._repeats(rule, first, duration) if rule else [first]
        return begins + [
            extra for extra in _dates(component, "RDATE") if extra not in begins
        ]

    def _repeats(
        self, rule: RecurrenceRule, first: date, duration: timedelta
    ) -> list[date]:
        start = first.date() if isinstance(first, datetime) else first
        today = datetime.fromtimestamp(self._now, UTC).date()
        begin = max(start, today - duration - timedelta(days=1))
        span = (today - begin).days + DAYS + 2
        nearby = (begin + timedelta(days=n) for n in range(span))
        days = [day for day in nearby if occurs(rule, start, day)]
        if rule.total and days:
            days = days[: max(0, rule.total - self._before(rule, start, days[0]))]
        return [_on(first, day) for day in days]

    def _before(self, rule: RecurrenceRule, start: date, day: date) -> int:
        # A rule that began long ago is treated as used up, so that a malicious
        # calendar cannot keep the process busy.
        self._countable -= (day - start).days
        return countBefore(rule, start, day) if self._countable > 0 else rule.total

    def _seconds(self, moment: date) -> float:
        # A whole day begins at midnight UTC; a time without a zone is in the
        # calendar's own.
        if not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
        elif moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        return (moment - _EPOCH).total_seconds()


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _on(first: date, day: date) -> date:
    if isinstance(first, datetime):
        return datetime.combine(day, first.timetz())
    return day


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return UTC


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


# icalendar raises ValueError when a malformed property is read.
def _attribute(property: Any, name: str) -> Any:
    try:
        return getattr(property, name, None)
    except ValueError:
        return None


def _moment(component: Any, name: str) -> date | None:
    moment = _attribute(component.get(name), "dt")
    return moment if isinstance(moment, date) else None


def _dates(component: Any, name: str) -> list[date]:
    lists = (_attribute(entry, "dts") or () for entry in _list(component.get(name)))
    values = (_attribute(entry, "dt") for dates in lists for entry in dates)
    return [entry for entry in islice(values, 1000) if isinstance(entry, date)]


def _text(component: Any, name: str) -> str:
    values = _list(component.get(name))
    return " ".join(str(values[0])[: 4 * LONGEST].split())[:LONGEST] if values else ""
