# -*- test-case-name: tests.web.test_monitoring -*-
"""
What machines ask for: whether all is well, and figures.

Layer 3 (I/O).
"""

from __future__ import annotations

import json

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from gigasetd.site.live import Live
from gigasetd.web.http.channel import Request
from gigasetd.web.http.response import JSON, send, sendText
from gigasetd.web.phone.handset import Clients


class Monitoring:
    """
    C{/health} and C{/metrics}.
    """

    def __init__(
        self, live: Live, metrics: CollectorRegistry, clients: Clients
    ) -> None:
        self.live = live
        self.metrics = metrics
        self.clients = clients

    def health(self, request: Request) -> bytes:
        """
        200 when everything runs, else 503, with the reasons.
        """
        reasons = complaints(self.live, self.clients.isLocal(request))
        status = {"status": "failing" if reasons else "ok", "reasons": reasons}
        body = json.dumps(status).encode("utf-8") + b"\n"
        return send(request, body, JSON, 503 if reasons else 200)

    def figures(self, request: Request) -> bytes:
        """
        All metrics, in Prometheus's text form.

        Rendered here and not in a thread, since they are read from what only
        the reactor's thread may touch.
        """
        body = generate_latest(self.metrics)
        return send(request, body, CONTENT_TYPE_LATEST.encode("ascii"))

    def description(self, request: Request) -> bytes:
        """
        What we are, for those on the local network who found us by SSDP.
        """
        body = self.live.description() if self.clients.isLocal(request) else b""
        if not body:
            return sendText(request, "There is no such page.", 404)
        return send(request, body, b'text/xml; charset="utf-8"')


def complaints(live: Live, near: bool) -> list[str]:
    """
    What is wrong, a sentence each.

    @param near: whether it is told to the local network: what the store says
        of itself may hold names of files and machines.
    """
    found = []
    if not live.ready:
        found.append("the daemon is starting or stopping")
    store = live.store()
    if not store.get("ok"):
        detail = store.get("detail") if near else ""
        found.append(f"the store: {detail or 'not available'}")
    return found
