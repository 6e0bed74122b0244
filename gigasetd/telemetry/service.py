# -*- test-case-name: tests.telemetry.test_lag -*-
"""
The lag monitor as a part of the daemon.

Layer 4 (assembly).
"""

from __future__ import annotations

from gigasetd.site.part import Part
from gigasetd.site.site import Site
from gigasetd.telemetry.lag import LagMonitor


def part(site: Site) -> Part:
    """
    Make the service that measures the reactor's lag.
    """
    lag = LagMonitor(site.reactor)
    return Part(services=(lag,), gauges={"reactor": lag.gauges})
