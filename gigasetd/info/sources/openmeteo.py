# -*- test-case-name: tests.info.sources.test_openmeteo -*-
"""
Forecasts of Open-Meteo (U{https://open-meteo.com/en/docs}).

Layer 0 (values).
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from gigasetd.info.sources.forecast import (
    CLEAR,
    CLOUDY,
    DAYS,
    DRIZZLE,
    FOG,
    PARTLY,
    RAIN,
    SLEET,
    SNOW,
    THUNDER,
    UNKNOWN,
    Condition,
    CurrentWeather,
    DayForecast,
    Forecast,
    zoneOf,
)  # fmt: skip
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

NAME = "open-meteo"
CREDIT = "Weather data by Open-Meteo.com"

CODES: dict[int, Condition] = {
    0: CLEAR, 1: CLEAR, 2: PARTLY, 3: CLOUDY, 45: FOG, 48: FOG,
    51: DRIZZLE, 53: DRIZZLE, 55: DRIZZLE, 56: SLEET, 57: SLEET,
    61: RAIN, 63: RAIN, 65: RAIN, 66: SLEET, 67: SLEET,
    71: SNOW, 73: SNOW, 75: SNOW, 77: SNOW,
    80: RAIN, 81: RAIN, 82: RAIN, 85: SNOW, 86: SNOW,
    95: THUNDER, 96: THUNDER, 99: THUNDER,
}  # fmt: skip
"""The WMO codes (table 4677) that Open-Meteo uses."""

_CURRENT = (
    "temperature_2m,relative_humidity_2m,apparent_temperature,is_day,"
    "weather_code,wind_speed_10m,wind_direction_10m"
)
_DAILY = (
    "weather_code,temperature_2m_max,temperature_2m_min,precipitation_sum,"
    "precipitation_probability_max,sunrise,sunset"
)


def source(base: str) -> Source:
    """
    Build the source.

    @param base: URL of the service.
    """

    def url(key: str, now: float) -> str:
        latitude, longitude = coordinates(key)
        return withQuery(
            base, latitude=latitude, longitude=longitude, current=_CURRENT,
            daily=_DAILY, timezone=str(zoneOf(key)), forecast_days=DAYS,
        )  # fmt: skip

    return Source(NAME, url, parse, Freshness(900, 1800, 3600), JSON)


def parse(raw: RawDocument) -> Forecast:
    """
    Parse a forecast.
    """
    document = jsonObject(raw)
    days = tuple(_days(table(document, "daily")))
    now = _now(table(document, "current"))
    if not days and now is None:
        raise SourceError("the response has no forecast")
    return Forecast(NAME, CREDIT, now, days)


def condition(code: Any) -> Condition:
    """
    Map a WMO code to a condition.
    """
    return CODES.get(code, UNKNOWN) if isinstance(code, int) else UNKNOWN


def _now(current: dict[str, Any]) -> CurrentWeather | None:
    if real(current.get("temperature_2m")) is None:
        return None
    return CurrentWeather(
        real(current.get("temperature_2m")),
        real(current.get("apparent_temperature")),
        real(current.get("relative_humidity_2m")),
        real(current.get("wind_speed_10m")),
        real(current.get("wind_direction_10m")),
        condition(current.get("weather_code")),
        current.get("is_day") != 0,
    )


def _days(daily: dict[str, Any]) -> list[DayForecast]:
    # A column may be shorter than that of the dates.
    days = []
    for index, when in enumerate(rows(daily, "time", DAYS)):

        def cell(name: str, row: int = index) -> Any:
            column = rows(daily, name)
            return column[row] if row < len(column) else None

        try:
            day = date.fromisoformat(text(when))
        except ValueError:
            continue
        days.append(
            DayForecast(
                day,
                real(cell("temperature_2m_min")),
                real(cell("temperature_2m_max")),
                condition(cell("weather_code")),
                real(cell("precipitation_sum")),
                real(cell("precipitation_probability_max")),
                _time(cell("sunrise")),
                _time(cell("sunset")),
            )
        )
    return days


def _time(value: Any) -> time | None:
    try:
        return datetime.fromisoformat(text(value)).time()
    except ValueError:
        return None
