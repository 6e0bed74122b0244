"""
Tests of L{gigasetd.info.sources.dailysummary}.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.sources.dailysummary import ForecastStep, daysOf
from gigasetd.info.sources.forecast import CLEAR, DAYS, RAIN, SNOW, UNKNOWN

FIRST = datetime(2026, 11, 23, tzinfo=UTC)


def step(
    hour: int,
    condition: str = CLEAR,
    temperature: float | None = None,
    rain: float | None = None,
    percent: float | None = None,
) -> ForecastStep:
    """
    A step some hours after L{FIRST}.
    """
    when = FIRST + timedelta(hours=hour)
    return ForecastStep(when, temperature, condition, rain, percent)


class DaysTests(SynchronousTestCase):
    """
    L{daysOf}.
    """

    def test_values(self) -> None:
        """
        A day has the extremes of its steps, and the sum of their rain.
        """
        steps = [step(8, CLEAR, 3.0, 0.4, 20.0), step(9, CLEAR, -1.5, 0.3, 70.0),
                 step(10, CLEAR, None, None, None)]  # fmt: skip
        (day,) = daysOf(steps, FIRST.date())
        self.assertEqual((day.low, day.high), (-1.5, 3.0))
        self.assertEqual((day.rain_mm, day.rain_percent), (0.7, 70.0))
        self.assertEqual(day.condition, CLEAR)

    def test_empty(self) -> None:
        """
        Values that no step has are missing, not zero.
        """
        (day,) = daysOf([step(8, UNKNOWN)], FIRST.date())
        self.assertEqual((day.low, day.high), (None, None))
        self.assertEqual((day.rain_mm, day.rain_percent), (None, None))

    def test_night(self) -> None:
        """
        Rain at night does not make a rainy day, unless only the night is left.
        """
        night = [step(hour, RAIN) for hour in (22, 23)]
        (day,) = daysOf([step(20), step(21), *night], FIRST.date())
        self.assertEqual(day.condition, CLEAR)
        (day,) = daysOf(night, FIRST.date())
        self.assertEqual(day.condition, RAIN)

    def test_days(self) -> None:
        """
        Days before the first one are dropped, and so are those after the last.
        """
        steps = [step(24 * day + 12, SNOW) for day in range(-2, 9)]
        days = daysOf(steps, FIRST.date())
        expected = [date(2026, 11, 23 + n) for n in range(DAYS)]
        self.assertEqual([day.date for day in days], expected)
