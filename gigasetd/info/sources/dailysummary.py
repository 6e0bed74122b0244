# -*- test-case-name: tests.info.sources.test_metnorway -*-
"""
Days made of hours, for the sources that forecast no days.

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

MORNING, NIGHT = 6, 22  #: the hours whose weather is that of the day


class ForecastStep(NamedTuple):
    """
    One step of a forecast.
    """

    when: datetime  #: in the zone of the place
    temperature: float | None
    condition: Condition
    rain_mm: float | None
    rain_percent: float | None = None
    hours: int = 1  #: how long it lasts


def daysOf(steps: Iterable[ForecastStep], first: date) -> tuple[DayForecast, ...]:
    """
    The days from C{first} on.

    @param steps: in the order of their time.
    """
    days = groupby(steps, lambda step: step.when.date())
    return tuple(_day(day, list(ofIt)) for day, ofIt in days if day >= first)[:DAYS]


def _day(day: date, steps: list[ForecastStep]) -> DayForecast:
    """
    One day, of its steps.
    """
    warmth = [one.temperature for one in steps if one.temperature is not None]
    rain = [one.rain_mm for one in steps if one.rain_mm is not None]
    likely = [one.rain_percent for one in steps if one.rain_percent is not None]
    told: Counter[Condition] = Counter()
    for one in _byDay(steps):
        told[one.condition] += one.hours
    return DayForecast(
        day,
        min(warmth, default=None),
        max(warmth, default=None),
        dominantCondition(told),
        round(sum(rain), 1) if rain else None,
        max(likely, default=None),
    )


def _byDay(steps: list[ForecastStep]) -> list[ForecastStep]:
    """
    The steps between morning and night, all where only night is left.
    """
    light = [one for one in steps if MORNING <= one.when.hour < NIGHT]
    return light or steps
