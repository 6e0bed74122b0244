# -*- test-case-name: tests.info.services.test_settings -*-
"""
The city of a handset: searched and chosen on the phone itself.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.info import profiles
from gigasetd.info.language.locale import Translator
from gigasetd.info.page.field import Editor, Field
from gigasetd.info.page.form import Form
from gigasetd.info.page.page import Item, Link, Page, Text, paged
from gigasetd.info.page.xhtml import hrefTo
from gigasetd.info.places.place import Place
from gigasetd.info.services.interface import Audience, PageContext, Service
from gigasetd.info.services.news import numberOf
from gigasetd.info.services.settings import savedPage
from gigasetd.registry.registry import Registry

MOST = 40  #: cities that a search finds

Search = Callable[[str, str, str, int], list[Place]]
"""As L{gigasetd.info.places.gazetteer.Gazetteer.search}."""


class CityService(Service):
    """
    The city for weather, pollen and sun.

    @ivar search: finds cities by what they are called.
    @ivar get: a city by its id.
    """

    id = "city"
    audience = Audience.DEVICE
    usual = False

    def __init__(
        self, registry: Registry, search: Search, get: Callable[[int], Place | None]
    ) -> None:
        self.registry = registry
        self.search = search
        self.get = get

    def title(self, words: Translator) -> str:
        """
        What the settings call it.
        """
        return words("City")

    def page(self, context: PageContext) -> Page:
        """
        Ask for a name, show what was found, take what was chosen.
        """
        words = context.words
        chosen = placeId(context.parameters.get("id", ""))
        place = None if chosen is None else self.get(chosen)
        if place is not None:
            profiles.change(self.registry, context.profile, place=str(place.id))
            return savedPage(context, place.name)
        wanted = context.parameters.get("q", "").strip()[:40]
        found = self._found(context, wanted) if wanted else []
        if found:
            return self._hits(context, wanted, found)
        texts = [Text(words("Cities: GeoNames.org"))]
        if wanted:
            texts.insert(0, Text(words("No such city was found.")))
        field = Field("q", words("Name of the city"), wanted)
        return Form(self.title(words), self.id, words("Find"), Editor([field]), texts)

    def _found(self, context: PageContext, wanted: str) -> list[Place]:
        """
        The cities of that name, those of the phone's country first.
        """
        country = context.place.country if context.place else ""
        return self.search(wanted, country, context.words.language, MOST)

    def _hits(self, context: PageContext, wanted: str, found: list[Place]) -> Page:
        """
        The cities to choose from.
        """
        words = context.words
        items = [
            Item(place.name, countryName(words, place), hrefTo(self.id, id=place.id))
            for place in found
        ]
        more = Link(words("more"), hrefTo(self.id, q=wanted) + "&at=")
        at = numberOf(context.parameters.get("at", "")) or 0
        return paged(self.title(words), items, more, at)


def countryName(words: Translator, place: Place) -> str:
    """
    Where a city is: region, where that is more than a number, and country.
    """
    region = place.region if place.region and not place.region.isdigit() else ""
    country = words.country(place.country)
    return f"{region}, {country}" if region else country


def placeId(text: str) -> int | None:
    """
    An id that a request tells, L{None} for anything else.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None
