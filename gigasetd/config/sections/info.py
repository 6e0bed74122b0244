# -*- test-case-name: tests.config.test_schema -*-
"""
The C{[info]} and C{[directory]} sections.

Layer 0 (values).
"""

# A key is made by a call that returns a dataclass field and nothing shared.
# ruff: noqa: RUF009

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gigasetd.config.sections.option import key
from gigasetd.config.validators import (
    domain,
    listOf,
    matching,
    number,
    oneOf,
    path,
    switch,
    webUrl,
    whole,
)


@dataclass(frozen=True)
class InfoSection:
    """
    The Info Center.
    """

    language: str = key("en", matching("[a-z]{2}", "a language code of two letters"))
    weather: str = key("open-meteo", oneOf("open-meteo", "met", "bright-sky"))
    contact: str = key("", matching(r"[!-~]{0,100}", "an e-mail or web address"))
    open_meteo_url: str = key("https://api.open-meteo.com/v1/forecast", webUrl)
    met_url: str = key(
        "https://api.met.no/weatherapi/locationforecast/2.0/compact", webUrl
    )
    bright_sky_url: str = key("https://api.brightsky.dev", webUrl)
    air_quality_url: str = key(
        "https://air-quality-api.open-meteo.com/v1/air-quality", webUrl
    )
    pollen_url: str = key(
        "https://opendata.dwd.de/climate_environment/health/alerts/s31fg.json", webUrl
    )
    ecb_url: str = key(
        "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml", webUrl
    )
    feeds: tuple[str, ...] = key([], listOf(webUrl, "web addresses", 20))
    private_feeds: bool = key(False, switch)
    plugins: Path = key("plugins", path)
    images: Path = key("images", path)
    image_hosts: tuple[str, ...] = key([], listOf(domain, "host names", 100))
    fnt: str = key("off", oneOf("off", "little", "big"))
    max_image: int = key(262144, whole(1024, 16777216, "bytes"))
    max_pixels: int = key(1000000, whole(256, 100000000))
    max_handsets: int = key(20, whole(1, 1000))
    max_screens: int = key(20000, whole(0, 1000000))
    max_items: int = key(5000, whole(10, 1000000))
    forget_after: int = key(86400, whole(60, 2592000, "seconds"))
    connect_timeout: int = key(5, whole(1, 60, "seconds"))
    fetch_timeout: int = key(15, whole(1, 300, "seconds"))
    parse_timeout: int = key(10, whole(1, 300, "seconds"))
    max_body: int = key(1048576, whole(1024, 67108864, "bytes"))
    max_fetches: int = key(8, whole(1, 100))
    max_fetches_per_host: int = key(2, whole(1, 20))
    fetch_spacing: float = key(0.5, number(0, 3600, "seconds"))
    fetches_per_day: int = key(9000, whole(1, 10000000))


@dataclass(frozen=True)
class DirectorySection:
    """
    The online directory and its address books.
    """

    books: Path = key("books", path)
    no_hit: str = key("window", oneOf("window", "notfound", "plain"))
    short_names: int = key(0, whole(0, 64))
    max_contacts: int = key(2000, whole(0, 100000))
    max_entries: int = key(10000, whole(0, 1000000))
    max_book: int = key(8388608, whole(1024, 1073741824, "bytes"))
    max_results: int = key(200, whole(0, 100000))
    searches_per_second: int = key(10, whole(1, 10000))
