# -*- test-case-name: tests.web.test_service -*-
"""
Builds what phones fetch: the Info Center, settings and firmware, the redirect
service, the directory, images.

Each builder returns the object that answers, and its part.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex

from gigasetd.auth.passwordhash import threads
from gigasetd.config.schema import Config
from gigasetd.config.sections.info import DirectorySection as Section
from gigasetd.directory.operatorbooks import BookDirectory, BookLimits
from gigasetd.directory.resultset import ResultSets
from gigasetd.directory.search import OnlineDirectory, ResponseStyle
from gigasetd.info.builtin import Dependencies, buildPages
from gigasetd.info.chatanswers import ChatAnswers
from gigasetd.info.fetch import download
from gigasetd.info.language.catalogues import readCatalogues
from gigasetd.info.language.languages import Languages
from gigasetd.info.pages import PageEnvironment, Pages
from gigasetd.info.plugins import readPlugins
from gigasetd.info.screencache import ScreenCache
from gigasetd.info.services.news import NewsService
from gigasetd.provisioning.rendering import SettingsTemplates
from gigasetd.ratelimit.bucket import RateLimiter
from gigasetd.site.part import Part, joined
from gigasetd.site.site import Site
from gigasetd.web.context import Context, realm
from gigasetd.web.phone.directory import DirectoryPages
from gigasetd.web.phone.handset import PhonePages
from gigasetd.web.phone.imageproxy import OWN, Images, ImageSettings
from gigasetd.web.phone.provisioning import Provisioning
from gigasetd.web.phone.redirect import Redirects
from gigasetd.web.phone.redirectapi import RedirectApi
from gigasetd.web.phone.settingsdocument import SettingsDocuments

_INFO = ("info.language", "info.feeds", "info.max_handsets")
_DIRECTORY = tuple(
    f"directory.{name}"
    for name in (
        *("no_hit", "short_names", "max_results", "max_entries", "max_book"),
        "searches_per_second",
    )
)
_IMAGES = tuple(f"info.{name}" for name in ("fnt", "image_hosts", "max_pixels"))
"""The keys that a reload applies."""


@dataclass(frozen=True)
class PhoneRoutes:
    """
    What answers phones.

    @ivar part: what it contributes to the daemon.
    """

    handset: PhonePages
    provisioning: Provisioning
    redirects: Redirects
    redirectApi: RedirectApi
    directory: DirectoryPages
    images: Images
    part: Part


def phoneRoutes(context: Context) -> PhoneRoutes:
    """
    Build the handlers of requests from phones.
    """
    handset, ofHandset = _handset(context)
    provisioning, ofProvisioning = _provisioning(context)
    redirects, redirectApi, ofRedirects = _redirects(context)
    directory, ofDirectory = _directory(context)
    images, ofImages = _images(context.site)
    part = joined(ofHandset, ofProvisioning, ofRedirects, ofDirectory, ofImages)
    return PhoneRoutes(
        handset, provisioning, redirects, redirectApi, directory, images, part
    )


# the Info Center


def _handset(context: Context) -> tuple[PhonePages, Part]:
    site = context.site
    screens = ScreenCache(
        site.registry, site.caches.sources, site.config.info.max_screens
    )
    pages = _infoPages(site, screens.counts)
    handset = PhonePages(context.checkIns, pages, screens, site.keep)
    return handset, Part(
        counters={"info": screens.counts},
        expires=(screens.expire,),
        follows=((_INFO, _followInfo(pages)),),
        running={"chat": ChatAnswers(site.registry, pages).answer},
    )


def _infoPages(site: Site, counts: dict[str, int]) -> Pages:
    section, places = site.config.info, site.caches.places
    environment = PageEnvironment(
        Languages(readCatalogues(), section.language),
        site.caches.sources.find,
        places.get,
        places.towns,
        section.max_handsets,
    )
    own = Dependencies(
        site.running.reachable, places.search, site.caches.codes.make, section.feeds
    )
    names = [service.id for service in buildPages(site.registry, environment, own).all]
    # Faults of the operator's own pages are counted with the screens.
    plugins = readPlugins(site.within(section.plugins), names, counts)
    return buildPages(site.registry, environment, own._replace(plugins=plugins))


def _followInfo(pages: Pages) -> Callable[[Config], None]:
    def follow(new: Config) -> None:
        pages.environment.languages.default = new.info.language
        pages.environment = pages.environment._replace(handsets=new.info.max_handsets)
        for service in pages.all:
            if isinstance(service, NewsService):
                service.feeds = new.info.feeds

    return follow


# settings and firmware


def _provisioning(context: Context) -> tuple[Provisioning, Part]:
    site, firmware, digestAuth = context.site, context.firmware, context.digestAuth
    documents = SettingsDocuments(
        site.registry,
        SettingsTemplates(site.within(site.config.templates.directory)),
        firmware,
        context.base,
        site.keys.open,
    )
    provisioning = Provisioning(
        context.checkIns,
        digestAuth,
        documents,
        site.status.fetched.note,
        site.reactor,
    )
    counts = ChainMap(provisioning.counts, digestAuth.counts, firmware.counts)
    return provisioning, Part(
        counters={"provisioning": counts}, running={"firmware": firmware.stock}
    )


def _redirects(context: Context) -> tuple[Redirects, RedirectApi, Part]:
    site = context.site
    redirects = Redirects(
        site.registry,
        context.clients,
        realm(site),
        context.guards.redirect,
        lambda: context.base().base,
        site.clock.now,
    )
    api = RedirectApi(
        site.registry,
        site.keep,
        site.clock.now,
        context.guards.login,
        context.guards.redirect,
        context.clients.address,
    )
    counts = ChainMap(redirects.counts, api.counts)
    return redirects, api, Part(counters={"redirect": counts})


# the directory


def _directory(context: Context) -> tuple[DirectoryPages, Part]:
    site, section = context.site, context.site.config.directory
    shelf = BookDirectory(
        site.within(section.books),
        _bounds(section),
        site.clock.now,
        threads(site.reactor),
    )
    results = ResultSets(lambda: token_hex(8), section.max_results)
    limiter = RateLimiter(section.searches_per_second)
    directory = OnlineDirectory(
        site.registry, shelf.books, _manner(section), results, limiter
    )
    site.registry.listen("account", directory.accountChanged)
    site.registry.listen("contact", directory.contactChanged)
    pages = DirectoryPages(
        directory, shelf, results, context.checkIns, context.digestAuth, site.reactor
    )

    def follow(config: Config) -> None:
        directory.manner = _manner(config.directory)
        results.most = config.directory.max_results
        limiter.rate = config.directory.searches_per_second
        shelf.follow(_bounds(config.directory))

    return pages, Part(
        counters={"directory": ChainMap(directory.counts, pages.counts, shelf.counts)},
        gauges={"directory": lambda: {**shelf.gauges(), "results": len(results)}},
        follows=((_DIRECTORY, follow),),
    )


def _bounds(section: Section) -> BookLimits:
    return BookLimits(section.max_entries, section.max_book)


def _manner(section: Section) -> ResponseStyle:
    return ResponseStyle(section.no_hit, section.short_names)


# images


def _images(site: Site) -> tuple[Images, Part]:
    section, reactor = site.config.info, site.reactor
    bounds = download.DownloadLimits(
        section.connect_timeout, section.fetch_timeout, section.max_image
    )
    images = Images(
        _imageSettings(site, site.config),
        download.Downloader(reactor, bounds, "gigasetd", False),
        threads(reactor),
    )

    def follow(config: Config) -> None:
        images.settings = _imageSettings(site, config)

    return images, Part(
        counters={"images": images.counts}, follows=((_IMAGES, follow),)
    )


def _imageSettings(site: Site, config: Config) -> ImageSettings:
    section = config.info
    return ImageSettings(
        section.fnt,
        (site.within(section.images), OWN),
        frozenset(section.image_hosts),
        section.max_pixels,
        # A reload does not change what a download may bring.
        site.config.info.max_image,
    )
