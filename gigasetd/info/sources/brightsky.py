# -*- test-case-name: tests.info.sources.test_brightsky -*-
"""
The weather of the Deutscher Wetterdienst, and what it warns of, as Bright Sky
tells it (U{https://brightsky.dev/docs/}).

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from gigasetd.info.sources.dailysummary import MORNING, NIGHT, ForecastStep, daysOf
from gigasetd.info.sources.forecast import (
    CLEAR,
    CLOUDY,
    DAYS,
    FOG,
    HAIL,
    PARTLY,
    RAIN,
    SLEET,
    SNOW,
    THUNDER,
    UNKNOWN,
    WIND,
    Condition,
    CurrentWeather,
    Forecast,
    WeatherWarning,
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
    text,
    withQuery,
)  # fmt: skip

NAME = "bright-sky"
CREDIT = "Quelle: Deutscher Wetterdienst"
SEVERITIES = ("minor", "moderate", "severe", "extreme")
MOST = 20  #: warnings

ICONS: dict[str, Condition] = {
    "clear-day": CLEAR, "clear-night": CLEAR, "partly-cloudy-day": PARTLY,
    "partly-cloudy-night": PARTLY, "cloudy": CLOUDY, "fog": FOG, "wind": WIND,
    "rain": RAIN, "sleet": SLEET, "snow": SNOW, "hail": HAIL, "thunderstorm": THUNDER,
}  # fmt: skip


def source(base: str) -> Source:
    """
    The forecast, below an address.
    """

    def url(key: str, now: float) -> str:
        latitude, longitude = coordinates(key)
        zone = zoneOf(key)
        first = datetime.fromtimestamp(now, zone).date()
        last = first + timedelta(days=DAYS)
        return withQuery(
            f"{base.rstrip('/')}/weather", lat=latitude, lon=longitude,
            date=str(first), last_date=str(last), tz=str(zone), units="dwd",
        )  # fmt: skip

    return Source(NAME, url, parse, Freshness(900, 1800, 3600), JSON, reparseAfter=3600)


def alerts(base: str) -> Source:
    """
    The warnings, below an address; none where the service knows no district.
    """

    def url(key: str, now: float) -> str:
        latitude, longitude = coordinates(key)
        return withQuery(f"{base.rstrip('/')}/alerts", lat=latitude, lon=longitude)

    fresh = Freshness(300, 600, 1800)
    return Source("bright-sky-alerts", url, warnings, fresh, JSON, absent=())


def parse(got: RawDocument) -> Forecast:
    """
    Read a forecast.
    """
    zone = zoneOf(got.key)
    told = rows(jsonObject(got), "weather")
    steps = [(when.astimezone(zone), one) for when, one in _timed(told)]
    if not steps:
        raise SourceError("no forecast in it")
    first = datetime.fromtimestamp(got.now, zone).date()
    now = min(steps, key=lambda step: abs(step[0].timestamp() - got.now))
    return Forecast(
        NAME, CREDIT, _now(*now), daysOf([_hour(*step) for step in steps], first)
    )


def condition(icon: Any) -> Condition:
    """
    What an icon says.
    """
    return ICONS.get(text(icon), UNKNOWN)


def _timed(told: list[Any]) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """
    The records whose time can be read.
    """
    for one in told:
        moment = _moment(one.get("timestamp") if isinstance(one, dict) else None)
        if moment is not None:
            yield moment, one


def _moment(told: Any) -> datetime | None:
    """
    A moment with its offset.
    """
    try:
        moment = datetime.fromisoformat(text(told))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _hour(when: datetime, told: dict[str, Any]) -> ForecastStep:
    """
    One record, as all sources have it.
    """
    return ForecastStep(
        when,
        real(told.get("temperature")),
        condition(told.get("icon")),
        real(told.get("precipitation")),
        real(told.get("precipitation_probability")),
    )


def _now(when: datetime, told: dict[str, Any]) -> CurrentWeather:
    """
    The weather of one record.
    """
    icon = text(told.get("icon"))
    day = not icon.endswith("-night")
    if not icon.endswith(("-day", "-night")):
        day = MORNING <= when.hour < NIGHT
    return CurrentWeather(
        real(told.get("temperature")),
        None,
        real(told.get("relative_humidity")),
        real(told.get("wind_speed")),
        real(told.get("wind_direction")),
        condition(icon),
        day,
    )


def warnings(got: RawDocument) -> tuple[WeatherWarning, ...]:
    """
    Read warnings, the gravest first; in English where the key ends in C{,en},
    else in German.
    """
    language = "en" if got.key.endswith(",en") else "de"
    told = [one for one in rows(jsonObject(got), "alerts") if isinstance(one, dict)]
    found = [_warning(one, language) for one in told]
    live = [one for one in found if not one.ends or one.ends > got.now]
    live.sort(key=lambda one: (-SEVERITIES.index(one.severity), one.begins))
    return tuple(live[:MOST])


def _warning(told: dict[str, Any], language: str) -> WeatherWarning:
    """
    One warning.
    """
    severity = text(told.get("severity")).lower()
    begins, ends = _moment(told.get("onset")), _moment(told.get("expires"))
    return WeatherWarning(
        text(told.get(f"event_{language}")) or text(told.get("event_de")),
        text(told.get(f"headline_{language}")) or text(told.get("headline_de")),
        severity if severity in SEVERITIES else SEVERITIES[0],
        begins.timestamp() if begins else 0.0,
        ends.timestamp() if ends else 0.0,
    )
