# -*- test-case-name: tests.info.sources.test_forecast -*-
"""
Weather values that all sources share.

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
"""In ascending order of severity."""

Condition = str
DAYS = 4  #: days of a forecast, today included


class CurrentWeather(NamedTuple):
    """
    The weather now; L{None} for what the source does not say.
    """

    temperature: float | None  #: degrees Celsius
    feels: float | None  #: perceived temperature, degrees Celsius
    humidity: float | None  #: percent
    wind: float | None  #: kilometres per hour
    direction: float | None  #: where it comes from, degrees; 0 is north
    condition: Condition
    day: bool  #: whether the sun is up


class DayForecast(NamedTuple):
    """
    The weather of one day; L{None} for what the source does not say.
    """

    date: date
    low: float | None  #: degrees Celsius
    high: float | None
    condition: Condition
    rain_mm: float | None
    rain_percent: float | None  #: probability
    sunrise: time | None = None  #: local time
    sunset: time | None = None


class Forecast(NamedTuple):
    """
    The weather of one place.
    """

    source: str
    credit: str  #: attribution, shown with the forecast
    now: CurrentWeather | None
    days: tuple[DayForecast, ...]  #: from today on


class WeatherWarning(NamedTuple):
    """
    A weather warning; times are epoch seconds, C{0.0} for unknown.
    """

    event: str
    headline: str
    severity: str  #: "minor", "moderate", "severe" or "extreme"
    begins: float
    ends: float


def zoneOf(key: str) -> ZoneInfo:
    """
    Return the time zone of a key C{LAT,LON,ZONE}; UTC for none.

    @raise SourceError: unknown time zone.
    """
    name = key.split(",", 2)[2:]
    try:
        return ZoneInfo(name[0] if name and name[0] else "UTC")
    except (ValueError, OSError, KeyError):
        raise SourceError("unknown time zone") from None


def worstCondition(conditions: Iterable[Condition]) -> Condition:
    """
    Return the most severe of several conditions.
    """
    return max(conditions, key=CONDITIONS.index, default=UNKNOWN)


def dominantCondition(hours: Mapping[Condition, int]) -> Condition:
    """
    Return the condition of a day: the worst precipitation of two hours or more,
    else the most frequent condition.

    @param hours: condition -> hours.
    """
    falling = [
        condition
        for condition in hours
        if hours[condition] > 1 and condition in _FALLING
    ]
    if falling:
        return worstCondition(falling)
    most = max(hours.values(), default=0)
    return worstCondition(condition for condition in hours if hours[condition] == most)


_FALLING = frozenset({DRIZZLE, RAIN, SLEET, SNOW, HAIL, THUNDER})
