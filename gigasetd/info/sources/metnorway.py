# -*- test-case-name: tests.info.sources.test_metnorway -*-
"""
Forecasts of MET Norway (Locationforecast 2.0, C{compact}).

Its terms of service require a contact address; without one it is not queried.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any

from gigasetd.info.sources.dailysummary import ForecastStep, daysOf
from gigasetd.info.sources.forecast import (
    CLEAR,
    CLOUDY,
    FOG,
    PARTLY,
    RAIN,
    SLEET,
    SNOW,
    THUNDER,
    UNKNOWN,
    Condition,
    CurrentWeather,
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

NAME = "met"
CREDIT = "Data from MET Norway"
KMH = 3.6  #: km/h per m/s

_FALLS = {"rain": RAIN, "sleet": SLEET, "snow": SNOW}


# Without the suffixes _day, _night and _polartwilight.
def _symbols() -> dict[str, Condition]:
    symbols = {
        "clearsky": CLEAR, "fair": CLEAR, "partlycloudy": PARTLY, "cloudy": CLOUDY,
        "fog": FOG,
    }  # fmt: skip
    for strength in ("light", "", "heavy"):
        for kind, falls in _FALLS.items():
            for how in ("", "showers"):
                symbols[f"{strength}{kind}{how}"] = falls
                symbols[f"{strength}{kind}{how}andthunder"] = THUNDER
    # These two are misspelled in the service itself.
    for kind in ("sleet", "snow"):
        del symbols[f"light{kind}showersandthunder"]
        symbols[f"lights{kind}showersandthunder"] = THUNDER
    return symbols


SYMBOLS = _symbols()


def source(base: str, contact: str) -> Source:
    """
    Build the source.

    @param base: URL of the service.
    @param contact: e-mail or web address for MET Norway, C{""} for none.
    """

    def url(key: str, now: float) -> str:
        latitude, longitude = coordinates(key)
        if not contact:
            raise SourceError("MET Norway requires info.contact to be set")
        # The service refuses more than four decimals with 403.
        return withQuery(base, lat=round(latitude, 4), lon=round(longitude, 4))

    return Source(NAME, url, parse, Freshness(900, 1800, 7200), JSON, reparseAfter=3600)


def parse(raw: RawDocument) -> Forecast:
    """
    Parse a forecast.
    """
    zone = zoneOf(raw.key)
    series = list(
        _series(rows(table(jsonObject(raw), "properties"), "timeseries"), zone)
    )
    if not series:
        raise SourceError("the response has no forecast")
    steps = [
        _step(when, data, _gap(series, i)) for i, (when, data) in enumerate(series)
    ]
    first = datetime.fromtimestamp(raw.now, zone).date() if raw.now else None
    current = [data for when, data in series if when.timestamp() <= raw.now]
    now = _now((current or [series[0][1]])[-1])
    return Forecast(NAME, CREDIT, now, daysOf(steps, first or steps[0].when.date()))


def condition(symbol: Any) -> Condition:
    """
    Map a symbol code to a condition.
    """
    return SYMBOLS.get(text(symbol).partition("_")[0], UNKNOWN)


def _series(
    records: list[Any], zone: tzinfo
) -> Iterator[tuple[datetime, dict[str, Any]]]:
    for record in records:
        try:
            when = datetime.fromisoformat(text(record.get("time")))
        except (ValueError, AttributeError):
            continue
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        yield when.astimezone(zone), table(record, "data")


def _gap(series: list[tuple[datetime, dict[str, Any]]], index: int) -> int:
    # Hours until the next step; the last one counts six.
    if index + 1 >= len(series):
        return 6
    gap = series[index + 1][0].timestamp() - series[index][0].timestamp()
    return max(1, min(12, int(gap // 3600)))


def _next(data: dict[str, Any]) -> dict[str, Any]:
    # The shortest period that the step describes.
    names = ("next_1_hours", "next_6_hours", "next_12_hours")
    return next((table(data, name) for name in names if table(data, name)), {})


def _step(when: datetime, data: dict[str, Any], gap: int) -> ForecastStep:
    ahead, details = _next(data), _details(data)
    return ForecastStep(
        when,
        real(details.get("air_temperature")),
        condition(table(ahead, "summary").get("symbol_code")),
        real(table(ahead, "details").get("precipitation_amount")),
        hours=gap,
    )


def _details(data: dict[str, Any]) -> dict[str, Any]:
    return table(table(data, "instant"), "details")


def _now(data: dict[str, Any]) -> CurrentWeather:
    details = _details(data)
    symbol = text(table(_next(data), "summary").get("symbol_code"))
    wind = real(details.get("wind_speed"))
    return CurrentWeather(
        real(details.get("air_temperature")),
        None,
        real(details.get("relative_humidity")),
        None if wind is None else wind * KMH,
        real(details.get("wind_from_direction")),
        condition(symbol),
        not symbol.endswith("_night"),
    )
