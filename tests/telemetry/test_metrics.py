"""
Tests of L{gigasetd.telemetry.metrics}.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Device
from gigasetd.registry.registry import Registry
from gigasetd.sip.service import part
from gigasetd.store.spool import Spool
from gigasetd.telemetry.metrics import metrics
from gigasetd.telemetry.running import Running
from tests.sites import built, siteOf


class MetricsTests(SynchronousTestCase):
    """
    L{metrics}.
    """

    def setUp(self) -> None:
        """
        A registry with one device.
        """
        self.registry = Registry(Journal())
        self.registry.put(Device("7C2F80012345", "", "", "", "", "", 0.0))
        self.calls: list[dict[str, Any]] = []
        self.built = siteOf(None, self.registry)
        self.built.status.started = 5.0
        self.collectors = metrics(
            self.registry, self.built.status, Running(calls=lambda: self.calls)
        )

    def read(self) -> dict[str, float]:
        """
        Every value without labels, as Prometheus reads it.
        """
        text = generate_latest(self.collectors).decode()
        names = [line for line in text.splitlines() if line.startswith("# TYPE")]
        self.assertEqual(len(names), len(set(names)))
        return {
            sample.name: sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if not sample.labels
        }

    def test_figures(self) -> None:
        """
        What there is, is told as it is when asked.
        """
        self.built.status.store = lambda: {"ok": True, "pending": 7, "oldest": 1.5}
        self.calls = [{"call_id": "x"}]
        told = self.read()
        self.assertEqual(told["gigasetd_devices"], 1.0)
        self.assertEqual(told["gigasetd_calls"], 1.0)
        self.assertEqual(told["gigasetd_store_pending"], 7.0)
        self.assertEqual(told["gigasetd_start_time_seconds"], 5.0)
        self.assertIn("process_cpu_seconds_total", told)

    def test_parts(self) -> None:
        """
        A part that starts later is told too, and its counters grow.
        """
        counts = {"requests": 1, "4xx.bad": 2}
        self.built.status.counters["sip"] = counts
        self.built.status.gauges["reactor"] = lambda: {"lag_seconds": 0.25}
        self.assertEqual(self.read()["gigasetd_sip_requests_total"], 1.0)
        counts["requests"] = 3
        told = self.read()
        self.assertEqual(told["gigasetd_sip_requests_total"], 3.0)
        self.assertEqual(told["gigasetd_sip_4xx_bad_total"], 2.0)
        self.assertEqual(told["gigasetd_reactor_lag_seconds"], 0.25)

    def test_everyCounter(self) -> None:
        """
        No two figures of the SIP server have one name, by which one of them
        would never be told.
        """
        built(self.built, part)
        told = self.read()
        for prefix, counts in self.built.status.counters.items():
            for name in counts:
                self.assertIn(f"gigasetd_{prefix}_{name}_total", told)

    def test_once(self) -> None:
        """
        Two parts that take one name do not spoil the whole answer.
        """
        self.built.status.counters["a_b"] = {"c": 1}
        self.built.status.counters["a"] = {"b_c": 2}
        self.assertEqual(self.read()["gigasetd_a_b_c_total"], 1.0)

    def test_explained(self) -> None:
        """
        Every figure of the store says what it is, and not by its name alone.
        """
        spool = Spool(Path(self.mktemp()), None)
        self.built.status.counters |= {"spool": spool.counts, "store": {"flushes": 1}}
        self.built.status.gauges["store"] = lambda: {
            "pending_most": 1,
            "spool_lines": 2,
        }
        text = generate_latest(self.collectors).decode()
        self.assertIn("# HELP gigasetd_store_pending_most The most changes", text)
        self.assertEqual(re.findall(r"HELP gigasetd_(?:store|spool).*\(", text), [])
