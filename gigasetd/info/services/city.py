# -*- test-case-name: tests.info.services.test_city -*-
"""
The city of a handset, searched and chosen on the phone.

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

MOST = 40  #: results of a search

Search = Callable[[str, str, str, int], list[Place]]
"""As L{gigasetd.info.places.gazetteer.Gazetteer.search}."""


class CityService(Service):
    """
    The page that sets the city for weather, pollen and sun.

    @ivar search: finds cities by name.
    @ivar get: returns a city by its GeoNames number.
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
        return words("City")

    def page(self, context: PageContext) -> Page:
        """
        Ask for a name, show the results, or set the chosen city.
        """
        words = context.words
        chosen = placeId(context.parameters.get("id", ""))
        place = None if chosen is None else self.get(chosen)
        if place is not None:
            profiles.change(self.registry, context.profile, place=str(place.id))
            return savedPage(context, place.name)
        query = context.parameters.get("q", "").strip()[:40]
        results = self._search(context, query) if query else []
        if results:
            return self._hits(context, query, results)
        texts = [Text(words("Cities: GeoNames.org"))]
        if query:
            texts.insert(0, Text(words("No city found.")))
        field = Field("q", words("Name of the city"), query)
        return Form(self.title(words), self.id, words("Find"), Editor([field]), texts)

    def _search(self, context: PageContext, query: str) -> list[Place]:
        country = context.place.country if context.place else ""
        return self.search(query, country, context.words.language, MOST)

    def _hits(self, context: PageContext, query: str, results: list[Place]) -> Page:
        words = context.words
        items = [
            Item(place.name, countryName(words, place), hrefTo(self.id, id=place.id))
            for place in results
        ]
        more = Link(words("more"), hrefTo(self.id, q=query) + "&at=")
        at = numberOf(context.parameters.get("at", "")) or 0
        return paged(self.title(words), items, more, at)


def countryName(words: Translator, place: Place) -> str:
    """
    Return a city's region and country; regions that are numbers are left out.
    """
    region = place.region if place.region and not place.region.isdigit() else ""
    country = words.country(place.country)
    return f"{region}, {country}" if region else country


def placeId(text: str) -> int | None:
    """
    Parse a GeoNames number; L{None} for anything else.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None
