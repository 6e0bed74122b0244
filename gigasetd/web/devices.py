# -*- test-case-name: tests.web.test_devices -*-
"""
The devices of the local network, for a browser.

Each row has four cells with a link, in the order that scrapers of the
vendor's page know: name, private address, Gigaset.net number, MAC.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jinja2 import Environment, PackageLoader

from gigasetd.phone.firmware import Firmware
from gigasetd.phone.nearby import SHOWN, Nearby, nearby, own
from gigasetd.phone.neighbourhood import Neighbourhood
from gigasetd.phone.offers import told, updates
from gigasetd.registry.registry import Registry
from gigasetd.web.answer import HTML, send, sendText
from gigasetd.web.channel import Request
from gigasetd.web.handset import Callers
from gigasetd.web.proof import Proof

POLICY = b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


class Devices:
    """
    The start page.

    @ivar domain: the part of a SIP address behind the number.
    """

    def __init__(
        self,
        registry: Registry,
        callers: Callers,
        domain: str,
        neighbourhood: Neighbourhood,
        proof: Proof,
        now: Callable[[], float],
        stock: Callable[[], Sequence[Firmware]] = tuple,
    ) -> None:
        """
        @param stock: the firmwares that there are for phones.
        """
        self.registry = registry
        self._neighbourhood = neighbourhood
        self._proof = proof
        self._now = now
        self._stock = stock
        self.callers = callers
        self.domain = domain
        self._templates = Environment(
            loader=PackageLoader("gigasetd.web"), autoescape=True
        )

    def table(self, request: Request) -> bytes:
        """
        The table: to a browser in the local network all that is there,
        elsewhere the device whose number and password it gives.  Many homes
        can share one public address, so that nobody sees more by that.
        """
        request.setHeader(b"Content-Security-Policy", POLICY)
        request.setHeader(b"X-Content-Type-Options", b"nosniff")
        if self.callers.isLocal(request):
            here = self._neighbourhood.here()
            rows = nearby(self.registry, self.callers.local, here)
            return self._rows(request, rows)
        host, now = self.callers.address(request), self._now()
        if not self._proof.admits(host, now):
            return sendText(request, "Too many requests.", 429)
        proven = self._proof.prove(request, host, now)
        if isinstance(proven, bytes):
            return proven
        return self._rows(request, own(self.registry, proven.number))

    def _rows(self, request: Request, rows: Sequence[Nearby]) -> bytes:
        """
        These devices as a page.
        """
        body = self._render(
            "devices.html", rows=rows, most=SHOWN, marks=self._marks(rows)
        )
        return send(request, body, HTML)

    def _marks(self, rows: Sequence[Nearby]) -> dict[str, str]:
        """
        MAC -> the newest firmware that its owner has not declined.
        """
        marks, stock = {}, self._stock()
        for row in rows if stock else ():
            offered = told(
                self.registry, updates(self.registry, stock, row.mac), row.mac
            )
            if offered:
                marks[row.mac] = str(offered.version)
        return marks

    def _render(self, name: str, **values: object) -> bytes:
        """
        One template, filled in.
        """
        template = self._templates.get_template(name)
        return template.render(domain=self.domain, **values).encode("utf-8")
