# -*- test-case-name: tests.info.sources.test_brightsky -*-
"""
Forecasts and weather warnings of the Deutscher Wetterdienst, from Bright Sky
(U{https://brightsky.dev/docs/}).

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
    Build the forecast source.

    @param base: URL of the service.
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
    Build the source of warnings.

    @param base: URL of the service.
    """

    def url(key: str, now: float) -> str:
        latitude, longitude = coordinates(key)
        return withQuery(f"{base.rstrip('/')}/alerts", lat=latitude, lon=longitude)

    # 404 means that the service knows no district of this place.
    fresh = Freshness(300, 600, 1800)
    return Source("bright-sky-alerts", url, warnings, fresh, JSON, absent=())


def parse(raw: RawDocument) -> Forecast:
    """
    Parse a forecast.
    """
    zone = zoneOf(raw.key)
    records = rows(jsonObject(raw), "weather")
    steps = [(when.astimezone(zone), record) for when, record in _timed(records)]
    if not steps:
        raise SourceError("the response has no forecast")
    first = datetime.fromtimestamp(raw.now, zone).date()
    now = min(steps, key=lambda step: abs(step[0].timestamp() - raw.now))
    return Forecast(
        NAME, CREDIT, _now(*now), daysOf([_hour(*step) for step in steps], first)
    )


def condition(icon: Any) -> Condition:
    """
    Map an icon to a condition.
    """
    return ICONS.get(text(icon), UNKNOWN)


def _timed(records: list[Any]) -> Iterator[tuple[datetime, dict[str, Any]]]:
    for record in records:
        moment = _moment(record.get("timestamp") if isinstance(record, dict) else None)
        if moment is not None:
            yield moment, record


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _hour(when: datetime, record: dict[str, Any]) -> ForecastStep:
    return ForecastStep(
        when,
        real(record.get("temperature")),
        condition(record.get("icon")),
        real(record.get("precipitation")),
        real(record.get("precipitation_probability")),
    )


def _now(when: datetime, record: dict[str, Any]) -> CurrentWeather:
    icon = text(record.get("icon"))
    day = not icon.endswith("-night")
    if not icon.endswith(("-day", "-night")):
        day = MORNING <= when.hour < NIGHT
    return CurrentWeather(
        real(record.get("temperature")),
        None,
        real(record.get("relative_humidity")),
        real(record.get("wind_speed")),
        real(record.get("wind_direction")),
        condition(icon),
        day,
    )


def warnings(raw: RawDocument) -> tuple[WeatherWarning, ...]:
    """
    Parse warnings, the most severe first; in English where the key ends in
    C{,en}, else in German.
    """
    language = "en" if raw.key.endswith(",en") else "de"
    records = [row for row in rows(jsonObject(raw), "alerts") if isinstance(row, dict)]
    parsed = [_warning(record, language) for record in records]
    current = [entry for entry in parsed if not entry.ends or entry.ends > raw.now]
    current.sort(key=lambda entry: (-SEVERITIES.index(entry.severity), entry.begins))
    return tuple(current[:MOST])


def _warning(record: dict[str, Any], language: str) -> WeatherWarning:
    severity = text(record.get("severity")).lower()
    begins, ends = _moment(record.get("onset")), _moment(record.get("expires"))
    return WeatherWarning(
        text(record.get(f"event_{language}")) or text(record.get("event_de")),
        text(record.get(f"headline_{language}")) or text(record.get("headline_de")),
        severity if severity in SEVERITIES else SEVERITIES[0],
        begins.timestamp() if begins else 0.0,
        ends.timestamp() if ends else 0.0,
    )
