# -*- test-case-name: tests.info.test_reading -*-
"""
All sources: who tells what.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gigasetd.info.sources import (
    brightsky,
    calendar,
    feed,
    met,
    openmeteo,
    plain,
    pollen,
    rates,
)  # fmt: skip
from gigasetd.info.sources.source import Source
from gigasetd.sections.info import Info

SUBJECTS = {
    "weather": "place", "alerts": "place", "pollen-europe": "place",
    "pollen-germany": "all", "rates": "all", "feed": "address",
    "calendar": "address", "json": "address",
}  # fmt: skip
"""What is asked of sources -> of what kind its keys are."""


def catalogue(section: Info) -> Mapping[str, Sequence[Source]]:
    """
    What is asked -> who can tell it, the preferred one first.
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
