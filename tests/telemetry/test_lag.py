"""
Tests of L{gigasetd.telemetry.lag}.
"""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.telemetry.lag import SAMPLES, LagMonitor


class LagTests(SynchronousTestCase):
    """
    L{LagMonitor}.
    """

    def test_late(self) -> None:
        """
        A reactor that was held up shows it, now and as the worst of a while.
        """
        clock = Clock()
        lag = LagMonitor(clock)
        lag.startService()
        clock.advance(1.0)
        self.assertEqual(lag.gauges(), {"lag_seconds": 0.0, "lag_worst_seconds": 0.0})
        clock.advance(1.5)
        self.assertEqual(lag.gauges(), {"lag_seconds": 0.5, "lag_worst_seconds": 0.5})
        clock.advance(1.0)
        self.assertEqual(lag.gauges(), {"lag_seconds": 0.0, "lag_worst_seconds": 0.5})
        clock.pump([1.0] * SAMPLES)
        self.assertEqual(lag.gauges()["lag_worst_seconds"], 0.0)
        lag.stopService()
        self.assertEqual(clock.getDelayedCalls(), [])
