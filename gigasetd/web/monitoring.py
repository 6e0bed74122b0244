# -*- test-case-name: tests.web.test_monitoring -*-
"""
Monitoring: health, metrics and the SSDP description, for programs.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from gigasetd.telemetry.status import Status
from gigasetd.web.http.channel import Request
from gigasetd.web.http.clients import Clients
from gigasetd.web.http.response import JSON, send, sendText
from gigasetd.web.pages.monitoringaccess import MonitoringAccess

FRESH = 1.0  #: seconds for which an answer to C{/metrics} serves again


class Monitoring:
    """
    C{/health}, C{/metrics} and C{/description.xml}.
    """

    def __init__(
        self,
        status: Status,
        collectors: CollectorRegistry,
        clients: Clients,
        access: MonitoringAccess,
        now: Callable[[], float],
        description: bytes = b"",
    ) -> None:
        """
        @param now: returns the time in seconds.
        """
        self._status = status
        self._description = description
        self._collectors = collectors
        self._clients = clients
        self._access = access
        self._now = now
        self._metrics = b""
        self._made = -FRESH

    def health(self, request: Request) -> bytes:
        """
        Answer 200 when everything runs, else 503; with the reasons, and with what
        the operator has to set right, to local networks and tokens only.
        """
        reasons, warnings = complaints(self._status), self._status.warn()
        status: dict[str, object] = {"status": "failing" if reasons else "ok"}
        if self._access.seesDetails(request):
            status["reasons"] = reasons
            status |= {"warnings": warnings} if warnings else {}
        body = json.dumps(status).encode("utf-8") + b"\n"
        return send(request, body, JSON, 503 if reasons else 200)

    def metrics(self, request: Request) -> bytes:
        """
        Answer with all metrics in Prometheus's text format, to clients that
        C{http.metrics_access} lets.
        """
        refusal = self._access.refusal(request)
        if refusal is not None:
            return refusal
        # Not in a thread: the figures belong to the reactor's thread.  To make them
        # takes 3 ms, in which no phone is answered; Prometheus scrapes every 15 s
        # or so, and several scrapers can share an answer of the last second.
        now = self._now()
        if not 0 <= now - self._made < FRESH:
            self._metrics, self._made = generate_latest(self._collectors), now
        return send(request, self._metrics, CONTENT_TYPE_LATEST.encode("ascii"))

    def description(self, request: Request) -> bytes:
        """
        Answer with the UPnP description that SSDP points to, in the local
        networks only.
        """
        local = self._clients.isLocal(request)
        body = self._description if local else b""
        if not body:
            return sendText(request, "Page not found.", 404)
        return send(request, body, b'text/xml; charset="utf-8"')


def complaints(status: Status) -> list[str]:
    """
    Say what is wrong with the daemon, one sentence each.
    """
    reasons = []
    if not status.ready:
        reasons.append("the daemon is starting or stopping")
    store = status.store()
    if not store.get("ok"):
        reasons.append(f"the store: {store.get('detail') or 'not available'}")
    return reasons
