# -*- test-case-name: tests.info.services.test_calendar -*-
"""
The owner's calendar: what comes next.

Layer 2 (rules).
"""

from __future__ import annotations

from datetime import UTC, date

from gigasetd.info.language.locale import Words
from gigasetd.info.page.page import Info, Line, Page, Part, Text
from gigasetd.info.services.interface import (
    Asker,
    Audience,
    Service,
    absent,
    momentOf,
    noteOf,
)
from gigasetd.info.sources.icalfeed import Event

SHOWN = 12  #: events on the page


class Calendar(Service):
    """
    The service.
    """

    id = "calendar"
    audience = Audience.DEVICE
    ticks = True

    def title(self, words: Words) -> str:
        """
        What the menu calls it.
        """
        return words("Calendar")

    def present(self, asker: Asker) -> bool:
        """
        Whether the owner has one.
        """
        return bool(asker.profile.calendar)

    def page(self, asker: Asker) -> Page:
        """
        The next events, each under its day.
        """
        words = asker.words
        if not asker.profile.calendar:
            text = words("No calendar is chosen yet. See the web page /account/.")
            return Info(self.title(words), [Text(text)])
        found = asker.find("calendar", asker.profile.calendar)
        if found.value is None:
            return absent(asker, self.title(words), found)
        parts: list[Part] = []
        last = None
        for event in _coming(asker, found.value)[:SHOWN]:
            day = _dayOf(asker, event)
            if day != last:
                parts.append(Text(words.date(day), bold=True))
            last = day
            parts.append(Text(_said(asker, event)))
        if not parts:
            parts.append(Text(words("Nothing in the next days.")))
        parts += noteOf(asker, "calendar", found)
        return Info(self.title(words), parts, asker.expires())

    def lines(self, asker: Asker) -> list[Line]:
        """
        The next event.
        """
        if not asker.profile.calendar:
            return []
        found = asker.find("calendar", asker.profile.calendar)
        lines = []
        for event in _coming(asker, found.value or ())[:1]:
            if event.ends > asker.now:
                asker.ends(event.ends)
            day = asker.words.weekday(_dayOf(asker, event))
            lines.append(Line(left=f"{day} {_said(asker, event)}"))
        return lines


def _coming(asker: Asker, events: tuple[Event, ...]) -> list[Event]:
    """
    The events that are not over.
    """
    today = asker.time.date()
    return [
        event
        for event in events
        if (
            momentOf(event.ends, UTC).date() > today
            if event.whole_day
            else event.ends > asker.now
        )
    ]


def _dayOf(asker: Asker, event: Event) -> date:
    """
    The day that an event stands under: its first, but none before today.
    """
    zone = UTC if event.whole_day else asker.zone
    return max(momentOf(event.begins, zone).date(), asker.time.date())


def _said(asker: Asker, event: Event) -> str:
    """
    One event in a few words.
    """
    begins = momentOf(event.begins, asker.zone)
    when = "" if event.whole_day else asker.words.time(begins) + " "
    where = f" ({event.place[:60]})" if event.place else ""
    return f"{when}{event.title[:120]}{where}"
