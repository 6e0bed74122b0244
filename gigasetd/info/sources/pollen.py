# -*- test-case-name: tests.info.sources.test_pollen -*-
"""
Which pollen flies: in Germany as the Deutscher Wetterdienst tells it, in the
rest of Europe as Open-Meteo computes it.

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from gigasetd.info.sources.dwdregions import regionOf
from gigasetd.info.sources.interface import (
    JSON,
    Freshness,
    RawDocument,
    Source,
    SourceError,
    coordinates,
    jsonObject,
    real,
    rows,
    table,
    text,
    withQuery,
)  # fmt: skip

PLANTS = (
    "hazel", "alder", "ash", "birch", "grass", "rye", "mugwort", "ragweed", "olive",
)  # fmt: skip
DWD = "Quelle: Deutscher Wetterdienst"
CAMS = "Open-Meteo.com, CAMS ENSEMBLE"

GERMAN = {
    "Hasel": "hazel", "Erle": "alder", "Esche": "ash", "Birke": "birch",
    "Graeser": "grass", "Roggen": "rye", "Beifuss": "mugwort", "Ambrosia": "ragweed",
}  # fmt: skip
"""The plants of the Deutscher Wetterdienst."""

GRAINS = {
    "alder": (1, 10, 100), "birch": (1, 10, 100), "grass": (1, 5, 30),
    "mugwort": (1, 5, 20), "ragweed": (1, 5, 20), "olive": (1, 25, 200),
}  # fmt: skip
"""
The plants of Open-Meteo -> grains in a cubic metre, mean of a day, from which
on there is little, medium and much of it.  The bounds differ from country to
country; these are between those in use.
"""

_LEVEL = re.compile("[0-3](-[0-3])?")
_DAYS = ("today", "tomorrow", "dayafter_to")


class PollenForecast(NamedTuple):
    """
    The pollen of one day at one place.
    """

    credit: str  #: to be shown with it
    day: date
    levels: tuple[tuple[str, float], ...]
    """Plant (of L{PLANTS}) and 0 (none), 1 (little), 2 (medium) to 3 (much), in
    halves; a plant that is not known of is left out."""


class GermanPollen(NamedTuple):
    """
    All of Germany.
    """

    day: date  #: the first one
    regions: Mapping[int, tuple[tuple[tuple[str, float], ...], ...]]
    """Number of a region -> its levels, a tuple a day."""


def germany(url: str) -> Source:
    """
    The source of the Deutscher Wetterdienst: one file for all regions.
    """
    fresh = Freshness(1800, 3600, 6 * 3600)
    return Source("dwd-pollen", lambda key, now: url, parseGermany, fresh, JSON)


def parseGermany(got: RawDocument) -> GermanPollen:
    """
    Read C{s31fg.json}.
    """
    told = jsonObject(got)
    try:
        day = datetime.strptime(text(told.get("last_update"))[:10], "%Y-%m-%d").date()
    except ValueError:
        raise SourceError("no date in it") from None
    regions = {}
    for one in rows(told, "content", 100):
        number = _region(one)
        if number:
            plants = table(one, "Pollen")
            regions[number] = tuple(_levels(plants, name) for name in _DAYS)
    if not regions:
        raise SourceError("no pollen in it")
    return GermanPollen(day, regions)


def _region(told: Any) -> int:
    """
    The number of a part of a region, of the region where it has no parts.
    """
    for name in ("partregion_id", "region_id"):
        number = told.get(name) if isinstance(told, dict) else None
        if isinstance(number, int) and number > 0:
            return number
    return 0


def _levels(plants: Mapping[str, Any], day: str) -> tuple[tuple[str, float], ...]:
    """
    The levels of one day.
    """
    found = ((GERMAN[one], _level(table(plants, one).get(day))) for one in GERMAN)
    return tuple((plant, level) for plant, level in found if level is not None)


def _level(told: Any) -> float | None:
    """
    A level, C{"1-2"} halfway; L{None} for one that is not known.
    """
    if not _LEVEL.fullmatch(text(told)):
        return None
    ends = [int(end) for end in text(told).split("-")]
    return sum(ends) / len(ends)


def germanPollenAt(told: GermanPollen, key: str, now: float) -> PollenForecast | None:
    """
    The pollen of one place today; L{None} where the file is too old for it.
    """
    today = datetime.fromtimestamp(now, ZoneInfo("Europe/Berlin")).date()
    days = told.regions.get(regionOf(*coordinates(key)), ())
    index = max(0, (today - told.day).days)
    return PollenForecast(DWD, today, days[index]) if index < len(days) else None


def europe(base: str) -> Source:
    """
    The source of Open-Meteo.
    """
    hourly = ",".join(f"{plant}_pollen" for plant in GRAINS)

    def url(key: str, now: float) -> str:
        latitude, longitude = coordinates(key)
        return withQuery(
            base, latitude=latitude, longitude=longitude, hourly=hourly,
            timezone="auto", forecast_days=1,
        )  # fmt: skip

    fresh = Freshness(1800, 2 * 3600, 6 * 3600)
    return Source("open-meteo-pollen", url, parseEurope, fresh, JSON)


def parseEurope(got: RawDocument) -> PollenForecast:
    """
    Read an air quality forecast of one day.
    """
    hourly = table(jsonObject(got), "hourly")
    times = rows(hourly, "time", 24)
    try:
        day = date.fromisoformat(text(times[0] if times else "")[:10])
    except ValueError:
        raise SourceError("no pollen in it") from None
    means = {plant: _mean(rows(hourly, f"{plant}_pollen", 24)) for plant in GRAINS}
    levels = ((plant, _graded(plant, mean)) for plant, mean in means.items())
    return PollenForecast(CAMS, day, tuple(one for one in levels if one[1] >= 0))


def _mean(column: list[Any]) -> float | None:
    """
    The mean of a day.
    """
    told = [value for value in map(real, column) if value is not None]
    return sum(told) / len(told) if told else None


def _graded(plant: str, mean: float | None) -> float:
    """
    The level of a mean, C{-1.0} for none.
    """
    if mean is None:
        return -1.0
    return float(sum(mean >= bound for bound in GRAINS[plant]))
