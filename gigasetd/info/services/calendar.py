# -*- test-case-name: tests.info.services.test_calendar -*-
"""
The next events of the owner's calendar.

Layer 2 (rules).
"""

from __future__ import annotations

from datetime import UTC, date

from gigasetd.info.language.locale import Translator
from gigasetd.info.page.page import Info, Line, Page, Part, Text
from gigasetd.info.services.interface import (
    Audience,
    PageContext,
    Service,
    absent,
    momentOf,
    noteOf,
)
from gigasetd.info.sources.icalfeed import CalendarEvent

SHOWN = 12  #: events on the page


class CalendarService(Service):
    """
    The calendar page.
    """

    id = "calendar"
    audience = Audience.DEVICE
    ticks = True

    def title(self, words: Translator) -> str:
        return words("Calendar")

    def present(self, context: PageContext) -> bool:
        """
        Whether the owner has set a calendar.
        """
        return bool(context.profile.calendar)

    def page(self, context: PageContext) -> Page:
        """
        Show the next events by day.
        """
        words = context.words
        if not context.profile.calendar:
            text = words("No calendar is set. Add one on the web page /account/.")
            return Info(self.title(words), [Text(text)])
        cached = context.find("calendar", context.profile.calendar)
        if cached.value is None:
            return absent(context, self.title(words), cached)
        parts: list[Part] = []
        last = None
        for event in _upcoming(context, cached.value)[:SHOWN]:
            day = _dayOf(context, event)
            if day != last:
                parts.append(Text(words.date(day), bold=True))
            last = day
            parts.append(Text(_eventText(context, event)))
        if not parts:
            parts.append(Text(words("No events in the next days.")))
        parts += noteOf(context, "calendar", cached)
        return Info(self.title(words), parts, context.expires())

    def lines(self, context: PageContext) -> list[Line]:
        if not context.profile.calendar:
            return []
        cached = context.find("calendar", context.profile.calendar)
        lines = []
        for event in _upcoming(context, cached.value or ())[:1]:
            if event.ends > context.now:
                context.ends(event.ends)
            day = context.words.weekday(_dayOf(context, event))
            lines.append(Line(left=f"{day} {_eventText(context, event)}"))
        return lines


def _upcoming(
    context: PageContext, events: tuple[CalendarEvent, ...]
) -> list[CalendarEvent]:
    today = context.time.date()
    return [
        event
        for event in events
        if (
            momentOf(event.ends, UTC).date() > today
            if event.whole_day
            else event.ends > context.now
        )
    ]


def _dayOf(context: PageContext, event: CalendarEvent) -> date:
    # The first day of an event, or today if it has begun.
    zone = UTC if event.whole_day else context.zone
    return max(momentOf(event.begins, zone).date(), context.time.date())


def _eventText(context: PageContext, event: CalendarEvent) -> str:
    begins = momentOf(event.begins, context.zone)
    when = "" if event.whole_day else context.words.time(begins) + " "
    where = f" ({event.place[:60]})" if event.place else ""
    return f"{when}{event.title[:120]}{where}"
