# -*- test-case-name: tests.telemetry.test_metrics -*-
"""
The metrics, for Prometheus.

Rules count in plain integers, which are read here at each scrape; so the path of
a message does nothing for metrics.

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
    "devices": "Devices that were added.",
    "accounts": "Numbers.",
    "checkins": "Devices and guests that have reported.",
    "numbers_registered": "Numbers with at least one live binding.",
    "bindings": "Live bindings of all numbers.",
    "calls": "Active calls, ringing ones included.",
    "ready": "1 when the registry is loaded and all listeners are bound.",
    "start_time_seconds": "When the daemon started, in epoch seconds.",
    "store_up": "1 when the database accepts writes.",
    "store_pending": "Changes that wait for the database.",
    "store_oldest_seconds": "How long the oldest of these changes has waited.",
    "store_pending_most": "The most changes that have waited at any time.",
    "store_refused": "Rows that the database has rejected.",
    "store_spool_lines": "Changes that the spool holds now.",
    "store_spool_segments": "Segments that the spool has now.",
    "store_flushes": "Flushes to the database.",
    "store_rows": "Changes written to the database.",
    "store_failures": "Flushes that failed.",
    "spool_lines": "Changes appended to the spool.",
    "spool_failures": "Writes to the spool that failed.",
    "spool_garbage": "Cut off or damaged lines, skipped at the start.",
    "spool_compactions": "Compactions of the spool.",
    "spool_abandoned": "Compactions that were abandoned.",
    "http_connections": "HTTP connections accepted.",
    "http_connections_refused": "HTTP connections refused because there was no room.",
    "http_connections_limited": "HTTP connections above their source's allowance.",
    "http_connections_gave_way": "HTTP connections closed to make room for another.",
    "http_requests": "HTTP requests received in full.",
    "http_requests_limited": "HTTP requests above their source's allowance.",
    "http_bad_requests": "HTTP requests refused for their form or size.",
    "http_faults": "HTTP requests that failed by an internal error.",
    "http_unsettled": "HTTP requests whose changes could not be stored.",
    "http_timed_out": "HTTP connections closed by a timeout.",
    "http_connections_open": "HTTP connections open now.",
    "monitoring_refused": "Refused requests for metrics (http.metrics_access).",
    "clients_browsers": "Requests of browsers for what only phones may have.",
    "clients_foreign_hosts": "Local requests under a name that is not this server's.",
    "clients_untrusted_proxies": "Local requests through a proxy that is not trusted.",
    "reports_proven": "Reports of phones from local or proven addresses.",
    "reports_first": "Unproven reports of phones that were unknown before.",
    "reports_unproven": "Unproven reports that were dropped.",
    "reports_guests_limited": "Reports above guard.guests_per_source.",
    "reports_guests_full": "Reports dropped because there are too many guests.",
    "sources_fetches": "Requests to sources of the Info Center.",
    "sources_kept": "Responses of sources with usable data.",
    "sources_not_modified": "Responses of sources with 304 Not Modified.",
    "sources_failed": "Requests to sources that failed.",
    "sources_refused": "Refused responses, and addresses that are not allowed.",
    "sources_sent_away": "Responses by which a source refuses more (403, 429, 503).",
    "sources_bytes": "Bytes received from sources.",
    "sources_readers_started": "Processes started to parse feeds and calendars.",
    "sources_readers_killed": "Parser processes killed for taking too long.",
    "sources_items": "Items of sources in memory.",
    "sources_waiting": "Requests to sources that are queued.",
    "sources_running": "Requests to sources that are running.",
    "sources_places": "Cities that owners can choose.",
    "sources_oldest_seconds": "The age of the oldest item in memory.",
    "reactor_lag_seconds": "The reactor's lag at the last measurement.",
    "reactor_lag_worst_seconds": "The reactor's worst lag of the last minute.",
}
"""Metric name, without prefix and suffix -> its help text."""


def metrics(registry: Registry, status: Status, running: Running) -> CollectorRegistry:
    """
    Collect all metrics, for C{generate_latest}.
    """
    collectors = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=collectors)
    PlatformCollector(registry=collectors)
    GCCollector(registry=collectors)
    collectors.register(Figures(registry, status, running))
    return collectors


class Figures(Collector):
    """
    Reads the metrics of the registry and of the running parts at each scrape.
    """

    def __init__(self, registry: Registry, status: Status, running: Running) -> None:
        self.registry = registry
        self.status = status
        self.running = running

    def describe(self) -> list[Metric]:
        """
        Describe nothing: which parts run is known only later.
        """
        return []

    def collect(self) -> Iterator[Metric]:
        """
        Read all metrics, each name once.
        """
        names = set()
        for metric in self._all():
            if metric.name not in names:
                names.add(metric.name)
                yield metric

    def _all(self) -> Iterator[Metric]:
        yield from _gauges("", _registryFigures(self.registry))
        yield from _gauges("", self._statusFigures())
        for part, gauges in self.status.gauges.items():
            yield from _gauges(part, gauges())
        for part, counts in self.status.counters.items():
            yield from _counters(part, counts)

    def _statusFigures(self) -> Mapping[str, float]:
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
    return {
        "devices": len(registry.devices),
        "accounts": len(registry.accounts),
        "checkins": len(registry.checkins),
        "numbers_registered": len(registry.bindings),
        "bindings": sum(map(len, registry.bindings.values())),
    }


def _gauges(part: str, figures: Mapping[str, float]) -> Iterator[Metric]:
    for name, value in list(figures.items()):
        full, text = _named(part, name)
        yield GaugeMetricFamily(full, text, float(value))


def _counters(part: str, counts: Mapping[str, int]) -> Iterator[Metric]:
    # The library adds the suffix _total.
    for name, value in list(counts.items()):
        full, text = _named(part, name)
        yield CounterMetricFamily(full, text, float(value))


def _named(part: str, name: str) -> tuple[str, str]:
    local = re.sub("[^a-zA-Z0-9_]", "_", f"{part}_{name}" if part else name)
    usual = f"{name.replace('_', ' ').capitalize()} ({part or PREFIX})."
    return f"{PREFIX}_{local}", HELP.get(local, usual)
