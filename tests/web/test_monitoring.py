"""
Tests of L{gigasetd.web.monitoring}.
"""

from __future__ import annotations

import json
from typing import Any

from gigasetd.auth.passwords import tokenHash
from gigasetd.registry.model import Token
from tests.web.case import FAR, NEAR, WebCase

TOKEN = "t" * 43


class MachineTests(WebCase):
    """
    C{/health} and C{/metrics}.
    """

    def setUp(self) -> None:
        """
        A token for monitoring.
        """
        super().setUp()
        self.registry.put(Token("watch", tokenHash(TOKEN), 0.0, "metrics"))

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
        self.assertEqual(self.health(host=FAR), (200, {"status": "ok"}))

    def test_failing(self) -> None:
        """
        Each thing that is wrong is told, in the local networks only.
        """
        self.built.status.store = lambda: {
            "ok": False,
            "detail": "/var/x.db: disk full",
        }
        code, told = self.health()
        self.assertEqual((code, len(told["reasons"])), (503, 2))
        self.assertIn("disk full", told["reasons"][1])
        self.assertEqual(self.health(host=FAR), (503, {"status": "failing"}))

    def test_proxy(self) -> None:
        """
        A proxy that is not trusted is named to the local networks and to tokens.
        """
        self.built.status.ready = True
        self.ask("/metrics", X_Forwarded_For="203.0.113.9")
        for ask in ({}, {"host": FAR, "Authorization": f"Bearer {TOKEN}"}):
            code, document = self.health(**ask)
            self.assertEqual((code, document["status"]), (200, "ok"))
            (warning,) = document["warnings"]
            self.assertIn("http.trusted_proxies", warning)
            self.assertIn(NEAR, warning)
        for ask in (
            {"host": FAR},
            {"host": FAR, "Authorization": "Bearer wrong"},
            {"X_Forwarded_For": "203.0.113.9"},
            {"Host": "evil.example"},
        ):
            self.assertEqual(self.health(**ask), (200, {"status": "ok"}))

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
