# -*- test-case-name: tests.web.phone.test_landevices -*-
"""
The devices of the local network, for a browser.

Each row has four cells with a link, in the order that scrapers of the
vendor's page know: name, private address, Gigaset.net number, MAC.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gigasetd.devices.firmware import FirmwareImage
from gigasetd.devices.household import HouseholdIndex
from gigasetd.devices.lanview import SHOWN, LanDevice, householdDevices, lanDevices
from gigasetd.provisioning.firmwareoffers import advertised, updates
from gigasetd.registry.registry import Registry
from gigasetd.web.http.channel import Request
from gigasetd.web.http.digestauth import DigestAuth
from gigasetd.web.http.response import sendText
from gigasetd.web.pages.access import OWNER, PageAccess


class LanDevices:
    """
    The start page.

    @ivar domain: the part of a SIP address behind the number.
    """

    def __init__(
        self,
        registry: Registry,
        access: PageAccess,
        domain: str,
        households: HouseholdIndex,
        digestAuth: DigestAuth,
        now: Callable[[], float],
        stock: Callable[[], Sequence[FirmwareImage]] = tuple,
    ) -> None:
        """
        @param access: knows the owners who are logged in.
        @param stock: the firmwares that there are for phones.
        """
        self.registry = registry
        self._households = households
        self._proof = digestAuth
        self._now = now
        self._stock = stock
        self.access = access
        self.clients = access.clients
        self.domain = domain

    def table(self, request: Request) -> bytes:
        """
        The table: to a browser in the local network all that is there,
        elsewhere the device whose owner is logged in, or whose number and
        password it gives, and those of its household.  Many homes can share
        one public IPv4 address, so that nobody sees more by that.
        """
        if self.clients.isLocal(request):
            here = self._households.local()
            rows = lanDevices(self.registry, self.clients.local, here)
            return self._rows(request, rows)
        session = self.access.session(request, OWNER)
        if session is not None:
            return self._household(request, session.number)
        host, now = self.clients.address(request), self._now()
        if not self._proof.admits(host, now):
            return sendText(request, "Too many requests.", 429)
        proven = self._proof.prove(request, host, now)
        if isinstance(proven, bytes):
            return self.access.page(request, "elsewhere.html", code=401)
        return self._household(request, proven.number)

    def _household(self, request: Request, number: str) -> bytes:
        """
        The devices of an owner's home.
        """
        others = self._households.members(number)
        return self._rows(request, householdDevices(self.registry, number, others))

    def _rows(self, request: Request, rows: Sequence[LanDevice]) -> bytes:
        """
        These devices as a page.
        """
        return self.access.page(
            request,
            "devices.html",
            rows=rows,
            most=SHOWN,
            marks=self._marks(rows),
            domain=self.domain,
        )

    def _marks(self, rows: Sequence[LanDevice]) -> dict[str, str]:
        """
        MAC -> the newest firmware that its owner has not declined.
        """
        marks, stock = {}, self._stock()
        for row in rows if stock else ():
            offered = advertised(
                self.registry, updates(self.registry, stock, row.mac), row.mac
            )
            if offered:
                marks[row.mac] = str(offered.version)
        return marks
