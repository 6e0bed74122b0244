# -*- test-case-name: tests.info.test_service -*-
"""
The sources of information, from the configuration to what pages find.

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
from gigasetd.info.sources.all import SUBJECTS, catalogue
from gigasetd.process.clock import SteadyClock
from gigasetd.process.version import version
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
"""The keys that a running daemon follows."""


@implementer(IService)
class Information(Service):
    """
    What is known of the world.

    @ivar places: the towns; empty until they are read.
    """

    name = "info"

    def __init__(self, places: Gazetteer, fetcher: Fetcher, reactor: Any) -> None:
        self.places = places
        self.fetcher = fetcher
        self._reactor = reactor

    def startService(self) -> Deferred[None]:
        """
        Read the places, and hear what pages want.

        @return: fires when all is read.
        """
        super().startService()
        return Deferred.fromCoroutine(self._start())

    async def _start(self) -> None:
        """
        Places first: a page that is asked for meanwhile would have none.
        """
        if not len(self.places):
            pool = self._reactor.getThreadPool()
            await deferToThreadPool(self._reactor, pool, loadGazetteer, self.places)
        if self.running:
            self.fetcher.start()

    def stopService(self) -> Deferred[None]:
        """
        Ask nobody any longer.
        """
        super().stopService()
        return Deferred.fromCoroutine(self.fetcher.stop())


def part(site: Site) -> Part:
    """
    Build the sourceRows of information.
    """
    section, clock = site.config.info, site.clock
    cache, places = site.caches.sources, site.caches.places
    means = _means(section, clock, site.reactor)
    fetcher = Fetcher(cache, means, site.reactor)
    cache.derived |= derivedSources(_inGermany(places))
    site.registry.listen("profile", _forgetting(cache))

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
        counters={"sources": ChainMap(fetcher.counts, means.parser.counts)},
        gauges={"sources": gauges},
        follows=((KEYS, _following(cache, means, fetcher)),),
        running={"sources": lambda: sourceRows(cache, SUBJECTS, clock.now())},
    )


def _inGermany(places: Gazetteer) -> Callable[[float, float], bool]:
    def inGermany(latitude: float, longitude: float) -> bool:
        near = places.nearest(latitude, longitude)
        return near is not None and near.country == "DE"

    return inGermany


def _means(section: InfoSection, clock: SteadyClock, reactor: Any) -> FetchContext:
    """
    What the fetcher works with.
    """
    bounds = DownloadLimits(
        section.connect_timeout, section.fetch_timeout, section.max_body
    )
    agent = _agent(section.contact)
    return FetchContext(
        Downloader(reactor, bounds, agent, section.private_feeds),
        ParserThreads(reactor, section.parse_timeout),
        ParserProcess(reactor, section.parse_timeout),
        HostLimiter(_limits(section)),
        catalogue(section),
        clock.now,
        random,
        section.max_fetches,
        section.max_body,
        section.private_feeds,
    )


def _limits(section: InfoSection) -> HostLimits:
    """
    What holds for each host.
    """
    return HostLimits(
        section.max_fetches_per_host, section.fetch_spacing, section.fetches_per_day
    )


def _following(
    cache: Cache, means: FetchContext, fetcher: Fetcher
) -> Callable[[Config], None]:
    """
    Take over a new configuration.
    """

    def take(config: Config) -> None:
        section = config.info
        cache.most, cache.forget = section.max_items, section.forget_after
        means.downloader.agent = _agent(section.contact)
        means.limiter.limits = _limits(section)
        fetcher.reconfigure(catalogue(section), section.max_fetches)

    return take


def _agent(contact: str) -> str:
    """
    The C{User-Agent} that we go by.
    """
    name = f"gigasetd/{version()}"
    return f"{name} (+{contact})" if contact else name


def _forgetting(cache: Cache) -> Listener:
    """
    What an owner's profile has led to goes with it; what others want too comes
    back by itself.
    """

    def changed(old: Profile | None, new: Profile | None) -> None:
        for url in _urls(old) - _urls(new):
            cache.drop("feed", url)
            cache.drop("calendar", url)

    return changed


def _urls(profile: Profile | None) -> set[str]:
    """
    The addresses that a profile names.
    """
    return {*profile.feeds.split(), profile.calendar} if profile else set()
