"""
Tests of L{gigasetd.info.sources.forecast}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.sources.forecast import (
    CLEAR,
    CLOUDY,
    PARTLY,
    RAIN,
    SNOW,
    UNKNOWN,
    dominantCondition,
    worstCondition,
    zoneOf,
)
from gigasetd.info.sources.interface import SourceError


class ConditionTests(SynchronousTestCase):
    """
    The condition of a day.
    """

    def test_falling(self) -> None:
        """
        Two hours of rain count more than a cloudy rest; one hour does not.
        """
        self.assertEqual(dominantCondition({CLOUDY: 14, RAIN: 2}), RAIN)
        self.assertEqual(dominantCondition({CLOUDY: 14, RAIN: 1}), CLOUDY)
        self.assertEqual(dominantCondition({RAIN: 9, SNOW: 2}), SNOW)

    def test_most(self) -> None:
        """
        Else the most frequent condition counts, the worst one among equals.
        """
        self.assertEqual(dominantCondition({CLEAR: 5, CLOUDY: 4}), CLEAR)
        self.assertEqual(dominantCondition({CLEAR: 5, PARTLY: 5}), PARTLY)
        self.assertEqual(dominantCondition({}), UNKNOWN)

    def test_worst(self) -> None:
        """
        The worst of no conditions is unknown.
        """
        self.assertEqual(worstCondition([CLEAR, SNOW, RAIN]), SNOW)
        self.assertEqual(worstCondition([]), UNKNOWN)


class ZoneTests(SynchronousTestCase):
    """
    L{zoneOf}.
    """

    def test_zones(self) -> None:
        """
        A key names its time zone after the coordinates, or none.
        """
        self.assertEqual(zoneOf("1,2,Europe/Berlin").key, "Europe/Berlin")
        for key in ("1,2", "1,2,", "x"):
            self.assertEqual(zoneOf(key).key, "UTC")

    def test_unknown(self) -> None:
        """
        An unknown time zone is an error of the key, also one that is a path.
        """
        for name in ("Europe/Nowhere", "../../etc/passwd", "a,b"):
            with self.assertRaises(SourceError):
                zoneOf(f"1,2,{name}")
