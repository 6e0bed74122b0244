# -*- test-case-name: tests.info.services.test_interface -*-
"""
The biorhythm: three waves since birth, as the old service had it.

Layer 2 (rules).
"""

from __future__ import annotations

from datetime import date
from math import pi, sin

from gigasetd.info.language.locale import N_, Translator
from gigasetd.info.page.page import Columns, Info, Line, Link, Page, Part, Text
from gigasetd.info.services.interface import PageContext, Service
from gigasetd.registry.model import Profile

WAVES = (
    (N_("Physical"), 23),
    (N_("Emotional"), 28),
    (N_("Mental"), 33),
)
"""What swings, and the days that it takes."""


class BiorhythmService(Service):
    """
    The service.
    """

    id = "biorhythm"
    ticks = True

    def title(self, words: Translator) -> str:
        """
        What the menu calls it.
        """
        return words("Biorhythm")

    def page(self, context: PageContext) -> Page:
        """
        Today and tomorrow.
        """
        words, born = context.words, birthDateOf(context.profile)
        if born is None:
            return noBirthday(context, self.title(words))
        age = (context.time.date() - born).days
        parts: list[Part] = []
        for when, later in ((words("Today"), 0), (words("Tomorrow"), 1)):
            parts.append(Text(when, bold=True))
            parts += [
                Columns(words(name), f"{_level(age + later, days):+d} %")
                for name, days in WAVES
            ]
        critical = [words(name) for name, days in WAVES if isCritical(age, days)]
        if critical:
            names = ", ".join(critical)
            parts.append(Text(words("Critical day: {names}", names=names)))
        return Info(self.title(words), [*parts, Text(words("Just for fun."))])

    def lines(self, context: PageContext) -> list[Line]:
        """
        Today's three levels.
        """
        born = birthDateOf(context.profile)
        if born is None:
            return []
        age = (context.time.date() - born).days
        return [Line(*(f"{_level(age, days):+d} %" for _, days in WAVES))]


def noBirthday(context: PageContext, title: str) -> Page:
    """
    The page of a service that needs the date of birth, where there is none.
    """
    words = context.words
    parts: list[Part] = [Text(words("Your date of birth is not known yet."))]
    if context.mac:
        parts.append(Link(words("Enter it"), "born"))
    return Info(title, parts)


def birthDateOf(profile: Profile) -> date | None:
    """
    The date of birth, if it was told.
    """
    try:
        return date.fromisoformat(profile.born)
    except ValueError:
        return None


def wave(age: int, days: int) -> float:
    """
    Where a wave stands, -1 to 1.

    @param age: in days.
    """
    return sin(2 * pi * age / days)


def isCritical(age: int, days: int) -> bool:
    """
    Whether the wave changes its sign on this day.
    """
    here, there = wave(age, days), wave(age + 1, days)
    return abs(here) < 1e-9 or (here * there < 0 and abs(there) > 1e-9)


def _level(age: int, days: int) -> int:
    """
    The wave in percent.
    """
    return round(100 * wave(age, days))
