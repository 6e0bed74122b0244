"""
Tests of L{gigasetd.web.monitoring}.
"""

from __future__ import annotations

import json
from typing import Any

from tests.web.case import FAR, WebCase


class MachineTests(WebCase):
    """
    C{/health} and C{/metrics}.
    """

    def health(self, **ask: Any) -> tuple[int, Any]:
        """
        Code and document.
        """
        answer = self.ask("/health", **ask)
        self.assertEqual(answer.headers["content-type"], "application/json")
        return answer.code, json.loads(answer.body)

    def test_well(self) -> None:
        """
        When all runs, a load balancer hears 200.
        """
        self.built.status.ready = True
        self.built.status.store = lambda: {"ok": True, "detail": ""}
        self.assertEqual(self.health(), (200, {"status": "ok", "reasons": []}))

    def test_failing(self) -> None:
        """
        Each thing that is wrong is told; to the world without names of files.
        """
        self.built.status.store = lambda: {
            "ok": False,
            "detail": "/var/x.db: disk full",
        }
        code, told = self.health()
        self.assertEqual((code, len(told["reasons"])), (503, 2))
        self.assertIn("disk full", told["reasons"][1])
        code, told = self.health(host=FAR)
        self.assertEqual((code, len(told["reasons"])), (503, 2))
        self.assertNotIn("disk", str(told))

    def test_metrics(self) -> None:
        """
        What the parts count is there when Prometheus asks.
        """
        self.ask("/info/menu.jsp")
        body = self.ask("/metrics").body.decode()
        self.assertIn("\ngigasetd_http_requests_total 2.0\n", body)
        self.assertIn("\ngigasetd_http_connections_open ", body)
        self.assertIn("\ngigasetd_devices 1.0\n", body)

    def test_metricsOnceASecond(self) -> None:
        """
        To make the metrics holds up SIP, so an answer serves for a second.
        """
        first = self.ask("/metrics").body
        self.assertEqual(self.ask("/metrics").body, first)
        self.clock.advance(1.0)
        self.assertIn(
            b"\ngigasetd_http_requests_total 3.0\n", self.ask("/metrics").body
        )
