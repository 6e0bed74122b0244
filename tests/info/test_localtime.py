"""
Tests of L{gigasetd.info.localtime}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.localtime import localTime
from tests.info.case import (
    NOON,
)


class LocalTimeTests(SynchronousTestCase):
    """
    L{localTime}.
    """

    def test_zones(self) -> None:
        """
        Minutes east of UTC count as told, west ones too.
        """
        zones = {"120": "14:00", "-300": "07:00", "345": "17:45", "+60": "13:00"}
        for tz, shown in {**zones, "0": "12:00", "840": "02:00"}.items():
            self.assertEqual(f"{localTime({'tz': tz}, NOON):%H:%M}", shown, tz)

    def test_clock(self) -> None:
        """
        A base of 2008 tells no zone, but what its clock shows.
        """
        for dt, shown in {
            "202611231300": "13:00",
            "202611230703": "07:00",
            "202611231744": "17:45",
            "200810091530": "12:00",
            "99999999": "12:00",
            "x": "12:00",
        }.items():
            self.assertEqual(f"{localTime({'dt': dt}, NOON):%H:%M}", shown, dt)

    def test_absurd(self) -> None:
        """
        A zone that does not exist is none.
        """
        for tz in ("", "x", "-", "--5", "99999", "841", "-721", "1e3", "9" * 5000, "²"):
            self.assertEqual(f"{localTime({'tz': tz}, NOON):%H:%M}", "12:00", tz[:9])
