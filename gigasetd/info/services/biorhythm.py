# -*- test-case-name: tests.info.services.test_biorhythm -*-
"""
Biorhythm: three waves since birth, as in the vendor's service.

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
"""The waves and their periods in days."""


class BiorhythmService(Service):
    """
    The biorhythm page.
    """

    id = "biorhythm"
    ticks = True

    def title(self, words: Translator) -> str:
        return words("Biorhythm")

    def page(self, context: PageContext) -> Page:
        """
        Show today and tomorrow.
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
        Show today's three levels.
        """
        born = birthDateOf(context.profile)
        if born is None:
            return []
        age = (context.time.date() - born).days
        return [Line(*(f"{_level(age, days):+d} %" for _, days in WAVES))]


def noBirthday(context: PageContext, title: str) -> Page:
    """
    Build the page for a handset without a date of birth.
    """
    words = context.words
    parts: list[Part] = [Text(words("Your date of birth is not set."))]
    if context.mac:
        parts.append(Link(words("Enter it"), "born"))
    return Info(title, parts)


def birthDateOf(profile: Profile) -> date | None:
    """
    Return a profile's date of birth, L{None} for none.
    """
    try:
        return date.fromisoformat(profile.born)
    except ValueError:
        return None


def wave(age: int, days: int) -> float:
    """
    Return the value of a wave, from -1 to 1.

    @param age: days since birth.
    @param days: period in days.
    """
    return sin(2 * pi * age / days)


def isCritical(age: int, days: int) -> bool:
    """
    Whether the wave crosses zero on this day.
    """
    here, there = wave(age, days), wave(age + 1, days)
    return abs(here) < 1e-9 or (here * there < 0 and abs(there) > 1e-9)


def _level(age: int, days: int) -> int:
    return round(100 * wave(age, days))
