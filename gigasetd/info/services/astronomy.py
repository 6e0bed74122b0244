# -*- test-case-name: tests.info.services.test_astronomy -*-
"""
Sun and moon: sunrise, sunset and moon phases, computed locally.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from astral import Observer, moon
from astral.sun import sunrise, sunset

from gigasetd.info.language.locale import N_, Translator
from gigasetd.info.page.page import Columns, Info, Line, Page, Part, Text
from gigasetd.info.places.place import Place
from gigasetd.info.services.interface import PageContext, Service, momentOf
from gigasetd.info.services.weather import noPlace

MONTH = 27.99  #: a lunar month on astral's scale
PHASES = (
    N_("New moon"), N_("Waxing crescent"), N_("First quarter"), N_("Waxing moon"),
    N_("Full moon"), N_("Waning moon"), N_("Last quarter"), N_("Waning crescent"),
)  # fmt: skip


class AstronomyService(Service):
    """
    The page of sun and moon.
    """

    id = "sky"
    ticks = True

    def title(self, words: Translator) -> str:
        return words("Sun and moon")

    def page(self, context: PageContext) -> Page:
        """
        Show today's times, the moon phase, and the next full and new moon.
        """
        words, place = context.words, context.place
        if place is None:
            return noPlace(context, self.title(words))
        today = momentOf(context.now, context.zone).date()
        parts: list[Part] = [Columns(place.name, words.day(today))]
        parts += self._sun(words, place, today, context.zone)
        parts += [Text(words("Moon"), bold=True), Text(words(phase(today)))]
        for name in (N_("Full moon"), N_("New moon")):
            parts.append(Columns(words(name), words.day(nextPhase(name, today))))
        return Info(self.title(words), parts)

    def lines(self, context: PageContext) -> list[Line]:
        if context.place is None:
            return []
        today = momentOf(context.now, context.zone).date()
        times = sunTimes(context.place, today, context.zone)
        if times is None:
            return []
        shown = [context.words.time(time) for time in times]
        return [Line(left=context.words("Sun"), right="-".join(shown))]

    def _sun(
        self, words: Translator, place: Place, today: date, zone: Any
    ) -> Iterator[Part]:
        times = sunTimes(place, today, zone)
        if times is None:
            yield Columns(words("Sunrise"), "-")
            yield Columns(words("Sunset"), "-")
            return
        rises, sets = times
        yield Columns(words("Sunrise"), words.time(rises))
        yield Columns(words("Sunset"), words.time(sets))
        minutes = int((sets - rises).total_seconds() // 60)
        yield Columns(words("Daylight"), f"{minutes // 60}:{minutes % 60:02d} h")


def sunTimes(place: Place, day: date, zone: Any) -> tuple[datetime, datetime] | None:
    """
    Compute sunrise and sunset; L{None} for a day without, beyond the polar
    circles.
    """
    here = Observer(place.latitude, place.longitude)
    try:
        rises, sets = (find(here, day, zone) for find in (sunrise, sunset))
    except ValueError:
        return None
    # astral takes days in UTC, and far from the zone's meridian sunset is on the next.
    return rises, sets if sets > rises else sets + timedelta(days=1)


def phase(day: date) -> str:
    """
    Return the moon phase, one of L{PHASES}.
    """
    return PHASES[round(moon.phase(day) / MONTH * 8) % 8]


def nextPhase(name: str, today: date) -> date:
    """
    Return the next day, after today, of a moon phase.
    """
    target = PHASES.index(name) * MONTH / 8
    ages = [
        (_distance(moon.phase(today + timedelta(n)), target), n) for n in range(1, 31)
    ]
    return today + timedelta(min(ages)[1])


def _distance(age: float, target: float) -> float:
    distance = abs(age - target) % MONTH
    return min(distance, MONTH - distance)
