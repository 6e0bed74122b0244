# -*- test-case-name: tests.web.phone.test_handset -*-
"""
The pages of the information services, from the configuration.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.config.schema import Config
from gigasetd.info.builtin import Dependencies, buildPages
from gigasetd.info.chatanswers import ChatAnswers
from gigasetd.info.fetch.cache import Cache
from gigasetd.info.language.catalogues import readCatalogues
from gigasetd.info.language.languages import Languages
from gigasetd.info.pages import PageEnvironment, Pages
from gigasetd.info.places.gazetteer import Gazetteer
from gigasetd.info.plugins import readPlugins
from gigasetd.info.services.news import NewsService
from gigasetd.site.site import Ground

FOLLOWED = ("info.language", "info.feeds", "info.max_handsets")
"""The keys that running pages take over."""


def informing(
    ground: Ground,
    cache: Cache,
    places: Gazetteer,
    code: Callable[[str, float], str],
    counts: dict[str, int],
) -> Pages:
    """
    Build them.

    @param code: makes a one-time code for a device, by its MAC and the time.
    @param counts: where the faults of the operator's own pages are counted.
    """
    section = ground.config.info
    world = PageEnvironment(
        Languages(readCatalogues(), section.language),
        cache.find,
        places.get,
        places.towns,
        section.max_handsets,
    )
    given = Dependencies(ground.live.reachable, places.search, code, section.feeds)
    taken = [one.id for one in buildPages(ground.registry, world, given).all]
    plugins = readPlugins(ground.within(section.plugins), taken, counts)
    pages = buildPages(ground.registry, world, given._replace(plugins=plugins))
    ground.live.following.add(FOLLOWED, _following(pages))
    ground.live.chat = ChatAnswers(ground.registry, pages).answer
    return pages


def _following(pages: Pages) -> Callable[[Config], None]:
    """
    What takes a new configuration over.
    """

    def take(new: Config) -> None:
        pages.environment.languages.default = new.info.language
        pages.environment = pages.environment._replace(handsets=new.info.max_handsets)
        for one in pages.all:
            if isinstance(one, NewsService):
                one.feeds = new.info.feeds

    return take
