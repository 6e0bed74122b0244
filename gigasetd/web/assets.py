# -*- test-case-name: tests.web.phone.test_directory -*-
"""
The directory with its books, and the images, from the configuration.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections import ChainMap
from secrets import token_hex

from gigasetd.auth.passwordhash import threads
from gigasetd.config.schema import Config
from gigasetd.config.sections.info import DirectorySection as Section
from gigasetd.directory.operatorbooks import BookDirectory, BookLimits
from gigasetd.directory.resultset import ResultSets
from gigasetd.directory.search import OnlineDirectory, ResponseStyle
from gigasetd.info.fetch import download
from gigasetd.ratelimit.bucket import RateLimiter
from gigasetd.site.site import Ground
from gigasetd.web.http.digestauth import DigestAuth
from gigasetd.web.phone.checkin import CheckIns
from gigasetd.web.phone.directory import DirectoryPages
from gigasetd.web.phone.imageproxy import OWN, Images, ImageSettings

_DIRECTORY = tuple(
    f"directory.{name}"
    for name in (
        *("no_hit", "short_names", "max_results", "max_entries", "max_book"),
        "searches_per_second",
    )
)
_IMAGES = tuple(f"info.{name}" for name in ("fnt", "image_hosts", "max_pixels"))
"""What is taken over when the configuration is read again."""


def directoryOf(
    ground: Ground, checkIns: CheckIns, digestAuth: DigestAuth
) -> DirectoryPages:
    """
    The online directory and the central phonebook.
    """
    section, registry, live = ground.config.directory, ground.registry, ground.live
    shelf = BookDirectory(
        ground.within(section.books),
        _bounds(section),
        ground.now,
        threads(ground.reactor),
    )
    results = ResultSets(lambda: token_hex(8), section.max_results)
    allowance = RateLimiter(section.searches_per_second)
    directory = OnlineDirectory(
        registry, shelf.books, _manner(section), results, allowance
    )
    registry.listen("account", directory.accountChanged)
    registry.listen("contact", directory.contactChanged)
    pages = DirectoryPages(
        directory, shelf, results, checkIns, digestAuth, ground.reactor
    )

    def follow(config: Config) -> None:
        """
        Take over what may change.
        """
        directory.manner = _manner(config.directory)
        results.most = config.directory.max_results
        allowance.rate = config.directory.searches_per_second
        shelf.follow(_bounds(config.directory))

    live.following.add(_DIRECTORY, follow)
    live.counts["directory"] = ChainMap(directory.counts, pages.counts, shelf.counts)
    live.gauges["directory"] = lambda: {**shelf.gauges(), "results": len(results)}
    return pages


def _bounds(section: Section) -> BookLimits:
    """
    What books may cost.
    """
    return BookLimits(section.max_entries, section.max_book)


def _manner(section: Section) -> ResponseStyle:
    """
    How answers look.
    """
    return ResponseStyle(section.no_hit, section.short_names)


def imagesOf(ground: Ground) -> Images:
    """
    The image proxy.
    """
    section, reactor = ground.config.info, ground.reactor
    bounds = download.DownloadLimits(
        section.connect_timeout, section.fetch_timeout, section.max_image
    )
    images = Images(
        _settings(ground, ground.config),
        download.Downloader(reactor, bounds, "gigasetd", False),
        threads(reactor),
    )

    def follow(config: Config) -> None:
        """
        Take over what may change.
        """
        images.settings = _settings(ground, config)

    ground.live.following.add(_IMAGES, follow)
    ground.live.counts["images"] = images.counts
    return images


def _settings(ground: Ground, config: Config) -> ImageSettings:
    """
    What is converted, and how.
    """
    section = config.info
    return ImageSettings(
        section.fnt,
        (ground.within(section.images), OWN),
        frozenset(section.image_hosts),
        section.max_pixels,
        # What a download may bring is decided at the start.
        ground.config.info.max_image,
    )
