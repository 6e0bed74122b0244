# -*- test-case-name: tests.info.sources.test_catalogue -*-
"""
The catalogue of all sources.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gigasetd.config.sections.info import InfoSection
from gigasetd.info.sources import brightsky, feed, openmeteo, pollen
from gigasetd.info.sources import ecbrates as rates
from gigasetd.info.sources import icalfeed as calendar
from gigasetd.info.sources import jsondocument as plain
from gigasetd.info.sources import metnorway as met
from gigasetd.info.sources.interface import Source

SUBJECTS = {
    "weather": "place", "alerts": "place", "pollen-europe": "place",
    "pollen-germany": "all", "rates": "all", "feed": "address",
    "calendar": "address", "json": "address",
}  # fmt: skip
"""Subject -> the kind of its keys."""


def catalogue(section: InfoSection) -> Mapping[str, Sequence[Source]]:
    """
    Build the sources of each subject, the preferred one first.
    """
    forecasts = {
        openmeteo.NAME: openmeteo.source(section.open_meteo_url),
        met.NAME: met.source(section.met_url, section.contact),
        brightsky.NAME: brightsky.source(section.bright_sky_url),
    }
    first = forecasts.pop(section.weather)
    return {
        "weather": (first, *forecasts.values()),
        "alerts": (brightsky.alerts(section.bright_sky_url),),
        "pollen-germany": (pollen.germany(section.pollen_url),),
        "pollen-europe": (pollen.europe(section.air_quality_url),),
        "rates": (rates.ecb(section.ecb_url),),
        "feed": (feed.source(section.feeds),),
        "calendar": (calendar.source(),),
        "json": (plain.source(),),
    }
