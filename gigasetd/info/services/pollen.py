# -*- test-case-name: tests.info.services.test_pollen -*-
"""
Pollen levels.

Layer 2 (rules).
"""

from __future__ import annotations

from math import ceil

from gigasetd.info.language.locale import N_, Translator
from gigasetd.info.page.fontmetrics import fitsBeside
from gigasetd.info.page.page import Columns, Info, Line, Page, Part, Text
from gigasetd.info.services.interface import PageContext, Service, absent, noteOf
from gigasetd.info.services.weather import noPlace
from gigasetd.info.sources.pollen import PollenForecast

PLANTS = {
    "hazel": N_("Hazel"),
    "alder": N_("Alder"),
    "ash": N_("Ash"),
    "birch": N_("Birch"),
    "grass": N_("Grasses"),
    "rye": N_("Rye"),
    "mugwort": N_("Mugwort"),
    "ragweed": N_("Ragweed"),
    "olive": N_("Olive"),
}
LEVELS = (N_("none"), N_("low"), N_("medium"), N_("high"))


class PollenService(Service):
    """
    The pollen page.
    """

    id = "pollen"
    ticks = True

    def title(self, words: Translator) -> str:
        return words("Pollen")

    def page(self, context: PageContext) -> Page:
        """
        Show the level of each plant.
        """
        words, place = context.words, context.place
        if place is None:
            return noPlace(context, self.title(words))
        cached = context.find("pollen", place.spot)
        if cached.value is None:
            return absent(context, self.title(words), cached)
        forecast: PollenForecast = cached.value
        parts: list[Part] = [Columns(place.name, words.day(forecast.day))]
        parts += [_plant(words, plant, level) for plant, level in forecast.levels]
        parts += [*noteOf(context, "pollen", cached), Text(forecast.credit)]
        return Info(self.title(words), parts, context.expires())

    def lines(self, context: PageContext) -> list[Line]:
        """
        Show the highest levels of today.
        """
        if context.place is None:
            return []
        forecast = context.find("pollen", context.place.spot).value
        flying = [
            pair for pair in (forecast.levels if forecast else ()) if pair[1] >= 1
        ]
        flying.sort(key=lambda pair: -pair[1])
        shown = [_plant(context.words, *pair) for pair in flying[:2]]
        return [Line(left=columns.left, right=columns.right) for columns in shown]


def _plant(words: Translator, plant: str, level: float) -> Columns:
    name = words(PLANTS[plant]) if plant in PLANTS else plant
    low, high = (words(LEVELS[min(3, max(0, n))]) for n in (int(level), ceil(level)))
    both = low if low == high else f"{low}-{high}"
    return Columns(name, both if fitsBeside(name, both) else high)
