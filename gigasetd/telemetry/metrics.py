# -*- test-case-name: tests.telemetry.test_metrics -*-
"""
The metrics, each named once.

Rules count in plain integers; they are read here when somebody asks, so that
nothing on a message's way knows of metrics.

Layer 3 (I/O).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from gigasetd.registry.registry import Registry
from gigasetd.telemetry.running import Running
from gigasetd.telemetry.status import Status

PREFIX = "gigasetd"
HELP = {
    "devices": "Devices that somebody added.",
    "accounts": "Numbers.",
    "checkins": "Devices and guests that have reported.",
    "numbers_registered": "Numbers with at least one live binding.",
    "bindings": "Live bindings of all numbers.",
    "calls": "Calls under way, ringing ones included.",
    "ready": "1 when the registry is loaded and all listeners are bound.",
    "start_time_seconds": "When the daemon started, in epoch seconds.",
    "store_up": "1 when the store takes writes.",
    "store_pending": "Changed things that wait for the database.",
    "store_oldest_seconds": "How long the oldest of them has waited.",
    "store_pending_most": "The most changed things that have waited at any time.",
    "store_refused": "Rows that the database would not take at all.",
    "store_spool_lines": "Changes that the spool holds now.",
    "store_spool_segments": "Files that the spool has now.",
    "store_flushes": "Times that the database was brought up to date.",
    "store_rows": "Changes written to the database.",
    "store_failures": "Times that the database could not be written.",
    "spool_lines": "Changes appended to the spool.",
    "spool_failures": "Times that the spool could not be written.",
    "spool_garbage": "Lines cut off or broken, skipped at the start.",
    "spool_compactions": "Times that the spool was made smaller.",
    "spool_abandoned": "Times that making it smaller was given up.",
    "http_connections": "HTTP connections accepted.",
    "http_connections_refused": "HTTP connections closed because of too many.",
    "http_requests": "HTTP requests read to their end.",
    "http_bad_requests": "HTTP requests refused for their form or size.",
    "http_faults": "HTTP requests that failed by our fault.",
    "http_unsettled": "HTTP requests whose news could not be written down.",
    "http_timed_out": "HTTP connections closed for idling or slowness.",
    "http_connections_open": "HTTP connections open now.",
    "sources_fetches": "Questions to sources of information.",
    "sources_kept": "Answers of sources that were of use.",
    "sources_not_modified": "Answers that nothing has changed.",
    "sources_failed": "Questions to sources that brought nothing.",
    "sources_refused": "Answers that were not taken, and addresses not asked.",
    "sources_sent_away": "Answers by which a source sent us away.",
    "sources_bytes": "Bytes that sources have sent.",
    "sources_readers_started": "Processes started to read feeds and calendars.",
    "sources_readers_killed": "Such processes that took too long, and were ended.",
    "sources_items": "Things of sources that are kept in memory.",
    "sources_waiting": "Questions that wait for their turn.",
    "sources_running": "Questions under way.",
    "sources_places": "Towns that people can choose.",
    "sources_oldest_seconds": "The age of the oldest thing that is kept.",
    "reactor_lag_seconds": "How late the reactor's last wake was.",
    "reactor_lag_worst_seconds": "How late its latest wake of a minute was.",
}
"""Metric name, without prefix and suffix -> what it says."""


def metrics(registry: Registry, status: Status, running: Running) -> CollectorRegistry:
    """
    Everything that is measured, for C{generate_latest}.
    """
    collectors = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=collectors)
    PlatformCollector(registry=collectors)
    GCCollector(registry=collectors)
    collectors.register(Figures(registry, status, running))
    return collectors


class Figures(Collector):
    """
    What the registry and the running parts say, at the moment of asking.
    """

    def __init__(self, registry: Registry, status: Status, running: Running) -> None:
        self.registry = registry
        self.status = status
        self.running = running

    def describe(self) -> list[Metric]:
        """
        Nothing beforehand: which parts run is known only later.
        """
        return []

    def collect(self) -> Iterator[Metric]:
        """
        Every metric, a name only once.
        """
        told = set()
        for metric in self._all():
            if metric.name not in told:
                told.add(metric.name)
                yield metric

    def _all(self) -> Iterator[Metric]:
        """
        The fixed ones, then those of the parts.
        """
        yield from _gauges("", _registryFigures(self.registry))
        yield from _gauges("", self._statusFigures())
        for part, gauges in self.status.gauges.items():
            yield from _gauges(part, gauges())
        for part, counts in self.status.counters.items():
            yield from _counters(part, counts)

    def _statusFigures(self) -> Mapping[str, float]:
        """
        What stands beside the registry.
        """
        store = self.status.store()
        return {
            "calls": len(self.running.calls()),
            "ready": self.status.ready,
            "start_time_seconds": self.status.started,
            "store_up": bool(store.get("ok")),
            "store_pending": store.get("pending", 0),
            "store_oldest_seconds": store.get("oldest", 0),
        }


def _registryFigures(registry: Registry) -> Mapping[str, float]:
    """
    How much there is of everything.
    """
    return {
        "devices": len(registry.devices),
        "accounts": len(registry.accounts),
        "checkins": len(registry.checkins),
        "numbers_registered": len(registry.bindings),
        "bindings": sum(map(len, registry.bindings.values())),
    }


def _gauges(part: str, figures: Mapping[str, float]) -> Iterator[Metric]:
    """
    Figures that rise and fall.
    """
    for name, value in list(figures.items()):
        full, text = _named(part, name)
        yield GaugeMetricFamily(full, text, float(value))


def _counters(part: str, counts: Mapping[str, int]) -> Iterator[Metric]:
    """
    Figures that only rise; C{_total} is put behind them on the way out.
    """
    for name, value in list(counts.items()):
        full, text = _named(part, name)
        yield CounterMetricFamily(full, text, float(value))


def _named(part: str, name: str) -> tuple[str, str]:
    """
    A metric's full name, and its help text.
    """
    local = re.sub("[^a-zA-Z0-9_]", "_", f"{part}_{name}" if part else name)
    usual = f"{name.replace('_', ' ').capitalize()} ({part or PREFIX})."
    return f"{PREFIX}_{local}", HELP.get(local, usual)
