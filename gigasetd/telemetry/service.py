# -*- test-case-name: tests.telemetry.test_lag -*-
"""
The measuring of the reactor's lag, as a part of the daemon.

Layer 4 (assembly).
"""

from __future__ import annotations

from gigasetd.site.part import Part
from gigasetd.site.site import Site
from gigasetd.telemetry.lag import LagMonitor


def part(site: Site) -> Part:
    """
    Build it.
    """
    lag = LagMonitor(site.reactor)
    return Part(services=(lag,), gauges={"reactor": lag.gauges})
