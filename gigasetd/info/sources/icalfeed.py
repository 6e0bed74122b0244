# -*- test-case-name: tests.info.sources.test_icalfeed -*-
"""
What a calendar (iCalendar, RFC 5545) has for the next days.

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

DAYS = 14  #: that are looked ahead
MOST = 100  #: events that are kept
LONGEST = 200  #: characters of a title or place
LONGEST_EVENT = 366  #: days of one event; more are cut off
COUNTABLE = 400_000  #: days that are walked to count the turns of all events
KINDS = ("text/calendar", "text/plain", "application/octet-stream")


class CalendarEvent(NamedTuple):
    """
    One event, repeated ones once for each time; times are epoch seconds.
    """

    title: str
    begins: float  #: of a whole day: midnight UTC of its date
    ends: float  #: the first moment that is not of it any longer
    whole_day: bool
    place: str


def source() -> Source:
    """
    The source; its keys are addresses that owners give.
    """

    def url(key: str, now: float) -> str:
        scheme, mark, rest = key.partition("://")
        return f"https://{rest}" if mark and scheme.lower() == "webcal" else key

    return Source(
        "calendar", url, parse, Freshness(600, 1800, 86400), KINDS, guarded=True,
        reparseAfter=6 * 3600,
        isolatedType=tuple[CalendarEvent, ...],
    )  # fmt: skip


def parse(got: RawDocument) -> tuple[CalendarEvent, ...]:
    """
    Read a calendar: what is not over yet and begins within L{DAYS}, in the
    order of time.
    """
    try:
        calendars = Calendar.from_ical(got.body, multiple=True)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError):
        raise SourceError("not a calendar") from None
    if not any(one.name == "VCALENDAR" for one in calendars):
        raise SourceError("not a calendar")
    found: list[CalendarEvent] = []
    for one in calendars:
        found += _CalendarReader(one, got.now).events()
    return tuple(sorted(found, key=lambda event: (event.begins, event.title))[:MOST])


class _CalendarReader:
    """
    One calendar at one time.
    """

    def __init__(self, told: Any, now: float) -> None:
        self._components = list(told.walk("VEVENT"))
        self._zone = _zone(str(told.get("X-WR-TIMEZONE", "UTC")))
        self._now = now
        self._end = now + DAYS * 86400.0
        self._countable = COUNTABLE
        self._moved = self._exceptions()

    def _exceptions(self) -> set[tuple[str, float]]:
        """
        The turns of repeated events that stand as events of their own.
        """
        moved = set()
        for told in self._components:
            moment = _moment(told, "RECURRENCE-ID")
            if moment is not None:
                moved.add((_text(told, "UID"), self._seconds(moment)))
        return moved

    def events(self) -> Iterator[CalendarEvent]:
        """
        What there is, in no order; a broken event is left out.
        """
        for told in self._components:
            try:
                yield from list(self._ofOne(told))
            except (ValueError, TypeError, OverflowError):
                continue

    def _ofOne(self, told: Any) -> Iterator[CalendarEvent]:
        """
        The turns of one event.
        """
        first = _moment(told, "DTSTART")
        if first is None or _text(told, "STATUS").upper() == "CANCELLED":
            return
        lasts = self._lasting(told, first)
        for begin in islice(self._turns(told, first, lasts), MOST):
            yield self._event(told, begin, lasts)

    def _event(self, told: Any, begin: date, lasts: timedelta) -> CalendarEvent:
        """
        One turn of an event.
        """
        start = self._seconds(begin)
        whole = not isinstance(begin, datetime)
        place, title = _text(told, "LOCATION"), _text(told, "SUMMARY")
        return CalendarEvent(title, start, start + lasts.total_seconds(), whole, place)

    def _lasting(self, told: Any, first: date) -> timedelta:
        """
        How long an event lasts.
        """
        end = _moment(told, "DTEND")
        lasts = _held(told.get("DURATION"), "dt")
        if end is not None and isinstance(end, datetime) == isinstance(first, datetime):
            lasts = timedelta(seconds=self._seconds(end) - self._seconds(first))
        if not isinstance(lasts, timedelta) or lasts < timedelta(0):
            lasts = timedelta(0)
        if not isinstance(first, datetime):
            lasts = max(lasts, timedelta(days=1))
        return min(lasts, timedelta(days=LONGEST_EVENT))

    def _turns(self, told: Any, first: date, lasts: timedelta) -> Iterator[date]:
        """
        When the event begins, as often as that is within the days.
        """
        alone = told.get("RECURRENCE-ID") is not None
        begins = [first] if alone else self._all(told, first, lasts)
        gone = {self._seconds(one) for one in _dates(told, "EXDATE")}
        for one in begins:
            start = self._seconds(one)
            moved = not alone and (_text(told, "UID"), start) in self._moved
            if start in gone or moved:
                continue
            if start < self._end and start + lasts.total_seconds() > self._now:
                yield one

    def _all(self, told: Any, first: date, lasts: timedelta) -> list[date]:
        """
        When the event begins, exceptions included.
        """
        rules = _list(told.get("RRULE"))
        rule = ruleOf(rules[0]) if rules else None
        begins = self._repeats(rule, first, lasts) if rule else [first]
        return begins + [one for one in _dates(told, "RDATE") if one not in begins]

    def _repeats(
        self, rule: RecurrenceRule, first: date, lasts: timedelta
    ) -> list[date]:
        """
        The turns of a rule that may touch the days.
        """
        start = first.date() if isinstance(first, datetime) else first
        today = datetime.fromtimestamp(self._now, UTC).date()
        begin = max(start, today - lasts - timedelta(days=1))
        span = (today - begin).days + DAYS + 2
        days = [begin + timedelta(days=n) for n in range(span)]
        turns = [day for day in days if occurs(rule, start, day)]
        if rule.times and turns:
            turns = turns[: max(0, rule.times - self._before(rule, start, turns[0]))]
        return [_on(first, day) for day in turns]

    def _before(self, rule: RecurrenceRule, start: date, day: date) -> int:
        """
        How many turns were before, as far as there is time to count.
        """
        self._countable -= (day - start).days
        return countBefore(rule, start, day) if self._countable > 0 else rule.times

    def _seconds(self, moment: date) -> float:
        """
        A moment, or the midnight UTC of a day, in epoch seconds; one without
        a zone is of the calendar's.
        """
        if not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
        elif moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        return (moment - _EPOCH).total_seconds()


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _on(first: date, day: date) -> date:
    """
    The same time of day, on another day.
    """
    if isinstance(first, datetime):
        return datetime.combine(day, first.timetz())
    return day


def _zone(name: str) -> tzinfo:
    """
    A time zone by its name, UTC where there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return UTC


def _list(value: Any) -> list[Any]:
    """
    A property that may stand once, several times, or not at all.
    """
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _held(told: Any, name: str) -> Any:
    """
    What a property holds, L{None} where it is none or broken.
    """
    try:
        return getattr(told, name, None)
    except ValueError:
        return None


def _moment(told: Any, name: str) -> date | None:
    """
    A property that is a day or a moment.
    """
    moment = _held(told.get(name), "dt")
    return moment if isinstance(moment, date) else None


def _dates(told: Any, name: str) -> list[date]:
    """
    A property that lists days or moments.
    """
    lists = (_held(one, "dts") or () for one in _list(told.get(name)))
    found = (_held(one, "dt") for dates in lists for one in dates)
    return [one for one in islice(found, 1000) if isinstance(one, date)]


def _text(told: Any, name: str) -> str:
    """
    A property that is a text, in one line.
    """
    values = _list(told.get(name))
    return " ".join(str(values[0])[: 4 * LONGEST].split())[:LONGEST] if values else ""
