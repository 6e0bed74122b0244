# -*- test-case-name: tests.telemetry.test_lag -*-
"""
The reactor's lag: how long every request waits because the reactor is busy.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from twisted.application.service import Service

PERIOD = 1.0  #: seconds between two measurements
SAMPLES = 60  #: measurements of which the worst is reported


class LagMonitor(Service):
    """
    Measures by how much a timer is late, once in each period.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._late: deque[float] = deque([0.0], SAMPLES)
        self._call: Any = None
        self._due = 0.0

    def startService(self) -> None:
        """
        Start measuring.
        """
        super().startService()
        self._arm()

    def stopService(self) -> None:
        """
        Stop measuring.
        """
        super().stopService()
        if self._call is not None:
            self._call.cancel()
            self._call = None

    def gauges(self) -> Mapping[str, float]:
        """
        Report the last and the worst lag, in seconds.
        """
        return {"lag_seconds": self._late[-1], "lag_worst_seconds": max(self._late)}

    def _arm(self) -> None:
        self._due = self._reactor.seconds() + PERIOD
        self._call = self._reactor.callLater(PERIOD, self._measure)

    def _measure(self) -> None:
        self._late.append(max(self._reactor.seconds() - self._due, 0.0))
        self._arm()
