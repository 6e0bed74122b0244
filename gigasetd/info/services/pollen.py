# -*- test-case-name: tests.info.services.test_interface -*-
"""
Pollen: what is in the air.

Layer 2 (rules).
"""

from __future__ import annotations

from math import ceil

from gigasetd.info.language.locale import N_, Translator
from gigasetd.info.page.fontmetrics import fitsBeside
from gigasetd.info.page.page import Columns, Info, Line, Page, Part, Text
from gigasetd.info.services.interface import PageContext, Service, absent, noteOf
from gigasetd.info.services.weather import noPlace
from gigasetd.info.sources.pollen import PollenForecast as Told

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
    The service.
    """

    id = "pollen"
    ticks = True

    def title(self, words: Translator) -> str:
        """
        What the menu calls it.
        """
        return words("Pollen")

    def page(self, context: PageContext) -> Page:
        """
        Each plant that is known of.
        """
        words, place = context.words, context.place
        if place is None:
            return noPlace(context, self.title(words))
        found = context.find("pollen", place.spot)
        if found.value is None:
            return absent(context, self.title(words), found)
        told: Told = found.value
        parts: list[Part] = [Columns(place.name, words.day(told.day))]
        parts += [_plant(words, plant, level) for plant, level in told.levels]
        parts += [*noteOf(context, "pollen", found), Text(told.credit)]
        return Info(self.title(words), parts, context.expires())

    def lines(self, context: PageContext) -> list[Line]:
        """
        The plants that matter today, the worst first.
        """
        if context.place is None:
            return []
        told = context.find("pollen", context.place.spot).value
        flying = [pair for pair in (told.levels if told else ()) if pair[1] >= 1]
        flying.sort(key=lambda pair: -pair[1])
        shown = [_plant(context.words, *pair) for pair in flying[:2]]
        return [Line(left=one.left, right=one.right) for one in shown]


def _plant(words: Translator, plant: str, level: float) -> Columns:
    """
    One plant.
    """
    name = words(PLANTS[plant]) if plant in PLANTS else plant
    low, high = (words(LEVELS[min(3, max(0, n))]) for n in (int(level), ceil(level)))
    both = low if low == high else f"{low}-{high}"
    return Columns(name, both if fitsBeside(name, both) else high)
