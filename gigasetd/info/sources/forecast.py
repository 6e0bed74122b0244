# -*- test-case-name: tests.info.sources.test_openmeteo -*-
"""
The weather, whoever forecasts it.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gigasetd.info.sources.interface import SourceError

CLEAR, PARTLY, CLOUDY, FOG = "clear", "partly", "cloudy", "fog"
DRIZZLE, RAIN, SLEET, SNOW = "drizzle", "rain", "sleet", "snow"
HAIL, THUNDER, WIND, UNKNOWN = "hail", "thunder", "wind", "unknown"
CONDITIONS = (
    UNKNOWN, CLEAR, PARTLY, WIND, CLOUDY, FOG, DRIZZLE, RAIN, SLEET, SNOW, HAIL,
    THUNDER,
)  # fmt: skip
"""All there are, the one that matters most to people last."""

Condition = str
DAYS = 4  #: days of a forecast, today included


class CurrentWeather(NamedTuple):
    """
    How it is at the moment; L{None} is what the source does not tell.
    """

    temperature: float | None  #: degrees Celsius
    feels: float | None  #: degrees Celsius
    humidity: float | None  #: percent
    wind: float | None  #: kilometres an hour
    direction: float | None  #: degrees that it comes from, 0 is north
    condition: Condition
    day: bool  #: whether the sun is up


class DayForecast(NamedTuple):
    """
    How one day is going to be; L{None} is what the source does not tell.
    """

    date: date
    low: float | None  #: degrees Celsius
    high: float | None
    condition: Condition
    rain_mm: float | None
    rain_percent: float | None  #: how likely
    sunrise: time | None = None  #: of the place
    sunset: time | None = None


class Forecast(NamedTuple):
    """
    The weather of one place.
    """

    source: str
    credit: str  #: to be shown with it
    now: CurrentWeather | None
    days: tuple[DayForecast, ...]  #: from today on, where the source knows it


class WeatherWarning(NamedTuple):
    """
    What the weather service warns of; times are epoch seconds, C{0.0} where
    none is told.
    """

    event: str
    headline: str
    severity: str  #: "minor", "moderate", "severe" or "extreme"
    begins: float
    ends: float


def zoneOf(key: str) -> ZoneInfo:
    """
    The time zone that a key C{LAT,LON,ZONE} names; UTC for none.

    @raise BadSource: there is no such zone.
    """
    name = key.split(",", 2)[2:]
    try:
        return ZoneInfo(name[0] if name and name[0] else "UTC")
    except (ValueError, OSError, KeyError):
        raise SourceError("no such time zone") from None


def worstCondition(conditions: Iterable[Condition]) -> Condition:
    """
    The one of several that matters most to people.
    """
    return max(conditions, key=CONDITIONS.index, default=UNKNOWN)


def dominantCondition(told: Mapping[Condition, int]) -> Condition:
    """
    The condition of a day, of its hours: what falls from the sky counts from
    two hours on, else what there is most of.

    @param told: condition -> its hours.
    """
    grave = [one for one in told if told[one] > 1 and one in _FALLING]
    if grave:
        return worstCondition(grave)
    most = max(told.values(), default=0)
    return worstCondition(one for one in told if told[one] == most)


_FALLING = frozenset({DRIZZLE, RAIN, SLEET, SNOW, HAIL, THUNDER})
