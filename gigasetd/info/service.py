# -*- test-case-name: tests.info.test_service -*-
"""
Builds the information sources from the configuration.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from random import random
from typing import Any

from twisted.application.service import IService, Service
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThreadPool
from zope.interface import implementer

from gigasetd.config.schema import Config
from gigasetd.config.sections.info import InfoSection
from gigasetd.info.fetch.cache import Cache
from gigasetd.info.fetch.derived import derivedSources
from gigasetd.info.fetch.download import Downloader, DownloadLimits
from gigasetd.info.fetch.hostlimits import HostLimiter, HostLimits
from gigasetd.info.fetch.job import FetchContext
from gigasetd.info.fetch.parserprocess import ParserProcess
from gigasetd.info.fetch.scheduler import Fetcher
from gigasetd.info.fetch.sourcestatus import oldestAge, sourceRows
from gigasetd.info.fetch.threads import ParserThreads
from gigasetd.info.places.gazetteer import Gazetteer
from gigasetd.info.places.load import loadGazetteer
from gigasetd.info.sources.catalogue import SUBJECTS, catalogue
from gigasetd.process.clock import SteadyClock
from gigasetd.process.version import UNKNOWN, version
from gigasetd.registry.model import Profile
from gigasetd.registry.registry import Listener
from gigasetd.site.part import Part
from gigasetd.site.site import Site

KEYS = tuple(
    f"info.{name}"
    for name in (
        "weather contact open_meteo_url met_url bright_sky_url air_quality_url "
        "pollen_url ecb_url max_items forget_after max_fetches max_fetches_per_host "
        "fetch_spacing fetches_per_day"
    ).split()
)
"""The keys that a reload applies."""


@implementer(IService)
class Information(Service):
    """
    Loads the cities at start, and runs the fetcher.

    @ivar places: the cities; empty until they are loaded.
    """

    name = "info"

    def __init__(self, places: Gazetteer, fetcher: Fetcher, reactor: Any) -> None:
        self.places = places
        self.fetcher = fetcher
        self._reactor = reactor

    def startService(self) -> Deferred[None]:
        """
        Load the cities, then start fetching.

        @return: fires when the cities are loaded.
        """
        super().startService()
        return Deferred.fromCoroutine(self._start())

    async def _start(self) -> None:
        # Cities first: a page requested meanwhile would have none.
        if not len(self.places):
            pool = self._reactor.getThreadPool()
            await deferToThreadPool(self._reactor, pool, loadGazetteer, self.places)
        if self.running:
            self.fetcher.start()

    def stopService(self) -> Deferred[None]:
        """
        Stop fetching.
        """
        super().stopService()
        return Deferred.fromCoroutine(self.fetcher.stop())


def part(site: Site) -> Part:
    """
    Build the sources.
    """
    section, clock = site.config.info, site.clock
    cache, places = site.caches.sources, site.caches.places
    context = _fetchContext(section, clock, site.reactor)
    fetcher = Fetcher(cache, context, site.reactor)
    cache.derived |= derivedSources(_inGermany(places))
    site.registry.listen("profile", _dropOldUrls(cache))

    def gauges() -> Mapping[str, float]:
        return {
            "items": len(cache),
            "waiting": len(fetcher),
            "running": fetcher.running,
            "places": len(places),
            "oldest_seconds": oldestAge(cache, clock.now()),
        }

    return Part(
        services=(Information(places, fetcher, site.reactor),),
        counters={"sources": ChainMap(fetcher.counts, context.parser.counts)},
        gauges={"sources": gauges},
        follows=((KEYS, _follower(cache, context, fetcher)),),
        running={"sources": lambda: sourceRows(cache, SUBJECTS, clock.now())},
    )


def _inGermany(places: Gazetteer) -> Callable[[float, float], bool]:
    def inGermany(latitude: float, longitude: float) -> bool:
        near = places.nearest(latitude, longitude)
        return near is not None and near.country == "DE"

    return inGermany


def _fetchContext(
    section: InfoSection, clock: SteadyClock, reactor: Any
) -> FetchContext:
    bounds = DownloadLimits(
        section.connect_timeout, section.fetch_timeout, section.max_body
    )
    agent = _userAgent(section.contact)
    return FetchContext(
        Downloader(reactor, bounds, agent, section.private_feeds),
        ParserThreads(reactor, section.parse_timeout),
        ParserProcess(reactor, section.parse_timeout),
        HostLimiter(_hostLimits(section)),
        catalogue(section),
        clock.now,
        random,
        section.max_fetches,
        section.max_body,
        section.private_feeds,
    )


def _hostLimits(section: InfoSection) -> HostLimits:
    return HostLimits(
        section.max_fetches_per_host, section.fetch_spacing, section.fetches_per_day
    )


def _follower(
    cache: Cache, context: FetchContext, fetcher: Fetcher
) -> Callable[[Config], None]:
    def take(config: Config) -> None:
        section = config.info
        cache.most, cache.forget = section.max_items, section.forget_after
        context.downloader.agent = _userAgent(section.contact)
        context.limiter.limits = _hostLimits(section)
        fetcher.reconfigure(catalogue(section), section.max_fetches)

    return take


def _userAgent(contact: str) -> str:
    number = version()
    name = "gigasetd" if number == UNKNOWN else f"gigasetd/{number}"
    return f"{name} (+{contact})" if contact else name


def _dropOldUrls(cache: Cache) -> Listener:
    # An owner's URLs leave the cache with the profile. URLs that others use too
    # are fetched again.
    def changed(old: Profile | None, new: Profile | None) -> None:
        for url in _urls(old) - _urls(new):
            cache.drop("feed", url)
            cache.drop("calendar", url)

    return changed


def _urls(profile: Profile | None) -> set[str]:
    return {*profile.feeds.split(), profile.calendar} if profile else set()
