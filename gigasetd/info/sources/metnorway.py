# -*- test-case-name: tests.info.sources.test_metnorway -*-
"""
The weather as MET Norway forecasts it (Locationforecast 2.0, C{compact}).

Its terms want to know whom to write to; without that it is not asked.

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
KMH = 3.6  #: kilometres an hour of a metre a second

_FALLS = {"rain": RAIN, "sleet": SLEET, "snow": SNOW}


def _symbols() -> dict[str, Condition]:
    """
    All codes of symbols, without C{_day}, C{_night}, C{_polartwilight}.
    """
    symbols = {
        "clearsky": CLEAR, "fair": CLEAR, "partlycloudy": PARTLY, "cloudy": CLOUDY,
        "fog": FOG,
    }  # fmt: skip
    for strength in ("light", "", "heavy"):
        for kind, falls in _FALLS.items():
            for how in ("", "showers"):
                symbols[f"{strength}{kind}{how}"] = falls
                symbols[f"{strength}{kind}{how}andthunder"] = THUNDER
    # Two codes have been misspelled for so long that they are the right ones.
    for kind in ("sleet", "snow"):
        del symbols[f"light{kind}showersandthunder"]
        symbols[f"lights{kind}showersandthunder"] = THUNDER
    return symbols


SYMBOLS = _symbols()


def source(base: str, contact: str) -> Source:
    """
    The source at an address.

    @param contact: whom MET can write to, C{""} for nobody.
    """

    def url(key: str, now: float) -> str:
        latitude, longitude = coordinates(key)
        if not contact:
            raise SourceError("MET Norway wants info.contact to be set")
        # More than four decimals are answered with 403.
        return withQuery(base, lat=round(latitude, 4), lon=round(longitude, 4))

    return Source(NAME, url, parse, Freshness(900, 1800, 7200), JSON, reparseAfter=3600)


def parse(got: RawDocument) -> Forecast:
    """
    Read a forecast.
    """
    zone = zoneOf(got.key)
    series = list(
        _series(rows(table(jsonObject(got), "properties"), "timeseries"), zone)
    )
    if not series:
        raise SourceError("no forecast in it")
    steps = [
        _step(when, data, _gap(series, i)) for i, (when, data) in enumerate(series)
    ]
    first = datetime.fromtimestamp(got.now, zone).date() if got.now else None
    current = [data for when, data in series if when.timestamp() <= got.now]
    now = _now((current or [series[0][1]])[-1])
    return Forecast(NAME, CREDIT, now, daysOf(steps, first or steps[0].when.date()))


def condition(symbol: Any) -> Condition:
    """
    What the code of a symbol says.
    """
    return SYMBOLS.get(text(symbol).partition("_")[0], UNKNOWN)


def _series(told: list[Any], zone: tzinfo) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """
    The steps, each with its time there.
    """
    for one in told:
        try:
            when = datetime.fromisoformat(text(one.get("time")))
        except (ValueError, AttributeError):
            continue
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        yield when.astimezone(zone), table(one, "data")


def _gap(series: list[tuple[datetime, dict[str, Any]]], index: int) -> int:
    """
    The hours to the next step.
    """
    if index + 1 >= len(series):
        return 6
    gap = series[index + 1][0].timestamp() - series[index][0].timestamp()
    return max(1, min(12, int(gap // 3600)))


def _next(data: dict[str, Any]) -> dict[str, Any]:
    """
    What is told of the hours after a step, as near as possible.
    """
    names = ("next_1_hours", "next_6_hours", "next_12_hours")
    return next((table(data, name) for name in names if table(data, name)), {})


def _step(when: datetime, data: dict[str, Any], gap: int) -> ForecastStep:
    """
    One step, as all sources have it.
    """
    ahead, details = _next(data), _details(data)
    return ForecastStep(
        when,
        real(details.get("air_temperature")),
        condition(table(ahead, "summary").get("symbol_code")),
        real(table(ahead, "details").get("precipitation_amount")),
        hours=gap,
    )


def _details(data: dict[str, Any]) -> dict[str, Any]:
    """
    What holds at the moment of a step.
    """
    return table(table(data, "instant"), "details")


def _now(data: dict[str, Any]) -> CurrentWeather:
    """
    The weather of one step.
    """
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
