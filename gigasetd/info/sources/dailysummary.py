# -*- test-case-name: tests.info.sources.test_dailysummary -*-
"""
Summarizes hourly forecasts as days, for sources without daily values.

Layer 0 (values).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from gigasetd.info.sources.forecast import (
    DAYS,
    Condition,
    DayForecast,
    dominantCondition,
)

MORNING, NIGHT = 6, 22  #: a day's condition is that between these hours


class ForecastStep(NamedTuple):
    """
    One step of a forecast.
    """

    when: datetime  #: in the time zone of the place
    temperature: float | None
    condition: Condition
    rain_mm: float | None
    rain_percent: float | None = None
    hours: int = 1  #: its length


def daysOf(steps: Iterable[ForecastStep], first: date) -> tuple[DayForecast, ...]:
    """
    Summarize the days from C{first} on.

    @param steps: in chronological order.
    """
    days = groupby(steps, lambda step: step.when.date())
    return tuple(_day(day, list(group)) for day, group in days if day >= first)[:DAYS]


def _day(day: date, steps: list[ForecastStep]) -> DayForecast:
    degrees = [step.temperature for step in steps if step.temperature is not None]
    rain = [step.rain_mm for step in steps if step.rain_mm is not None]
    percent = [step.rain_percent for step in steps if step.rain_percent is not None]
    hours: Counter[Condition] = Counter()
    for step in _daytime(steps):
        hours[step.condition] += step.hours
    return DayForecast(
        day,
        min(degrees, default=None),
        max(degrees, default=None),
        dominantCondition(hours),
        round(sum(rain), 1) if rain else None,
        max(percent, default=None),
    )


def _daytime(steps: list[ForecastStep]) -> list[ForecastStep]:
    # Late in the evening only the night is left.
    daytime = [step for step in steps if MORNING <= step.when.hour < NIGHT]
    return daytime or steps
