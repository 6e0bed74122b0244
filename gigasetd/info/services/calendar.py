# -*- test-case-name: tests.info.services.test_calendar -*-
"""
The owner's calendar: what comes next.

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
    The service.
    """

    id = "calendar"
    audience = Audience.DEVICE
    ticks = True

    def title(self, words: Translator) -> str:
        """
        What the menu calls it.
        """
        return words("Calendar")

    def present(self, context: PageContext) -> bool:
        """
        Whether the owner has one.
        """
        return bool(context.profile.calendar)

    def page(self, context: PageContext) -> Page:
        """
        The next events, each under its day.
        """
        words = context.words
        if not context.profile.calendar:
            text = words("No calendar is chosen yet. See the web page /account/.")
            return Info(self.title(words), [Text(text)])
        found = context.find("calendar", context.profile.calendar)
        if found.value is None:
            return absent(context, self.title(words), found)
        parts: list[Part] = []
        last = None
        for event in _coming(context, found.value)[:SHOWN]:
            day = _dayOf(context, event)
            if day != last:
                parts.append(Text(words.date(day), bold=True))
            last = day
            parts.append(Text(_said(context, event)))
        if not parts:
            parts.append(Text(words("Nothing in the next days.")))
        parts += noteOf(context, "calendar", found)
        return Info(self.title(words), parts, context.expires())

    def lines(self, context: PageContext) -> list[Line]:
        """
        The next event.
        """
        if not context.profile.calendar:
            return []
        found = context.find("calendar", context.profile.calendar)
        lines = []
        for event in _coming(context, found.value or ())[:1]:
            if event.ends > context.now:
                context.ends(event.ends)
            day = context.words.weekday(_dayOf(context, event))
            lines.append(Line(left=f"{day} {_said(context, event)}"))
        return lines


def _coming(
    context: PageContext, events: tuple[CalendarEvent, ...]
) -> list[CalendarEvent]:
    """
    The events that are not over.
    """
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
    """
    The day that an event stands under: its first, but none before today.
    """
    zone = UTC if event.whole_day else context.zone
    return max(momentOf(event.begins, zone).date(), context.time.date())


def _said(context: PageContext, event: CalendarEvent) -> str:
    """
    One event in a few words.
    """
    begins = momentOf(event.begins, context.zone)
    when = "" if event.whole_day else context.words.time(begins) + " "
    where = f" ({event.place[:60]})" if event.place else ""
    return f"{when}{event.title[:120]}{where}"
