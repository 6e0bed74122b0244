# -*- test-case-name: tests.telemetry.test_lag -*-
"""
How late the reactor is: what every phone waits, whatever it asked.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from twisted.application.service import Service

PERIOD = 1.0  #: seconds between two looks
LOOKS = 60  #: looks of which the worst is remembered


class LagMonitor(Service):
    """
    Wakes once a period and sees how late it is.
    """

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._late: deque[float] = deque([0.0], LOOKS)
        self._call: Any = None
        self._due = 0.0

    def startService(self) -> None:
        """
        Look from now on.
        """
        super().startService()
        self._arm()

    def stopService(self) -> None:
        """
        Look no longer.
        """
        super().stopService()
        if self._call is not None:
            self._call.cancel()
            self._call = None

    def gauges(self) -> Mapping[str, float]:
        """
        The figures, in seconds.
        """
        return {"lag_seconds": self._late[-1], "lag_worst_seconds": max(self._late)}

    def _arm(self) -> None:
        """
        Wake a period from now.
        """
        self._due = self._reactor.seconds() + PERIOD
        self._call = self._reactor.callLater(PERIOD, self._look)

    def _look(self) -> None:
        """
        See how late it is.
        """
        self._late.append(max(self._reactor.seconds() - self._due, 0.0))
        self._arm()
