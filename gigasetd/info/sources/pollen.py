# -*- test-case-name: tests.info.sources.test_pollen -*-
"""
Pollen forecasts: in Germany of the Deutscher Wetterdienst, in the rest of
Europe of Open-Meteo.

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
"""The Deutscher Wetterdienst's names of plants -> ours."""

GRAINS = {
    "alder": (1, 10, 100), "birch": (1, 10, 100), "grass": (1, 5, 30),
    "mugwort": (1, 5, 20), "ragweed": (1, 5, 20), "olive": (1, 25, 200),
}  # fmt: skip
"""
The plants of Open-Meteo -> grains per cubic metre (daily mean) at which the level
is low, medium and high. Countries use different thresholds; these are in between.
"""

_LEVEL = re.compile("[0-3](-[0-3])?")
_DAYS = ("today", "tomorrow", "dayafter_to")


class PollenForecast(NamedTuple):
    """
    The pollen levels of one day at one place.
    """

    credit: str  #: attribution, shown with the levels
    day: date
    levels: tuple[tuple[str, float], ...]
    """Plant (of L{PLANTS}) and 0 (none), 1 (low), 2 (medium) to 3 (high), in steps of
    a half; plants without data are left out."""


class GermanPollen(NamedTuple):
    """
    The pollen levels of all regions of Germany.
    """

    day: date  #: the first one
    regions: Mapping[int, tuple[tuple[tuple[str, float], ...], ...]]
    """Number of a region -> its levels, a tuple per day."""


def germany(url: str) -> Source:
    """
    Build the source of the Deutscher Wetterdienst: one file for all regions.
    """
    fresh = Freshness(1800, 3600, 6 * 3600)
    return Source("dwd-pollen", lambda key, now: url, parseGermany, fresh, JSON)


def parseGermany(raw: RawDocument) -> GermanPollen:
    """
    Parse C{s31fg.json}.
    """
    document = jsonObject(raw)
    try:
        day = datetime.strptime(
            text(document.get("last_update"))[:10], "%Y-%m-%d"
        ).date()
    except ValueError:
        raise SourceError("the document has no date") from None
    regions = {}
    for record in rows(document, "content", 100):
        number = _region(record)
        if number:
            plants = table(record, "Pollen")
            regions[number] = tuple(_levels(plants, name) for name in _DAYS)
    if not regions:
        raise SourceError("the document has no pollen data")
    return GermanPollen(day, regions)


def _region(record: Any) -> int:
    for name in ("partregion_id", "region_id"):
        number = record.get(name) if isinstance(record, dict) else None
        if isinstance(number, int) and number > 0:
            return number
    return 0


def _levels(plants: Mapping[str, Any], day: str) -> tuple[tuple[str, float], ...]:
    levels = (
        (ours, _level(table(plants, name).get(day))) for name, ours in GERMAN.items()
    )
    return tuple((plant, level) for plant, level in levels if level is not None)


# "1-2" is halfway between two levels.
def _level(value: Any) -> float | None:
    if not _LEVEL.fullmatch(text(value)):
        return None
    ends = [int(end) for end in text(value).split("-")]
    return sum(ends) / len(ends)


def germanPollenAt(pollen: GermanPollen, key: str, now: float) -> PollenForecast | None:
    """
    Return today's levels of one place; L{None} where the file is too old.
    """
    today = datetime.fromtimestamp(now, ZoneInfo("Europe/Berlin")).date()
    days = pollen.regions.get(regionOf(*coordinates(key)), ())
    index = max(0, (today - pollen.day).days)
    return PollenForecast(DWD, today, days[index]) if index < len(days) else None


def europe(base: str) -> Source:
    """
    Build the source of Open-Meteo.
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


def parseEurope(raw: RawDocument) -> PollenForecast:
    """
    Parse an air quality forecast of one day.
    """
    hourly = table(jsonObject(raw), "hourly")
    times = rows(hourly, "time", 24)
    try:
        day = date.fromisoformat(text(times[0] if times else "")[:10])
    except ValueError:
        raise SourceError("the response has no pollen data") from None
    means = {plant: _mean(rows(hourly, f"{plant}_pollen", 24)) for plant in GRAINS}
    levels = ((plant, _graded(plant, mean)) for plant, mean in means.items())
    return PollenForecast(CAMS, day, tuple(pair for pair in levels if pair[1] >= 0))


def _mean(column: list[Any]) -> float | None:
    values = [value for value in map(real, column) if value is not None]
    return sum(values) / len(values) if values else None


def _graded(plant: str, mean: float | None) -> float:
    if mean is None:
        return -1.0
    return float(sum(mean >= bound for bound in GRAINS[plant]))
