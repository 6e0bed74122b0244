# -*- test-case-name: tests.web.phone.test_landevices -*-
"""
The start page: the devices of the local network, for a browser.

Each row has four cells with a link, in the order that scrapers of the
vendor's page expect: name, private address, Gigaset.net number, MAC.

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
    The table of devices.
    """

    def __init__(
        self,
        registry: Registry,
        access: PageAccess,
        domain: str,
        households: HouseholdIndex,
        digestAuth: DigestAuth,
        stock: Callable[[], Sequence[FirmwareImage]] = tuple,
    ) -> None:
        """
        @param domain: the domain of SIP addresses.
        @param stock: returns the firmware files on offer.
        """
        self._registry = registry
        self._access = access
        self._domain = domain
        self._households = households
        self._digestAuth = digestAuth
        self._stock = stock

    def table(self, request: Request) -> bytes:
        """
        Answer with the table: in a local network of all its devices, elsewhere
        of the household of the owner who is logged in or authenticates.
        """
        # Elsewhere the address decides nothing: many homes can share one
        # public IPv4 address.
        clients = self._access.clients
        if clients.isLocal(request):
            here = self._households.local()
            return self._page(request, lanDevices(self._registry, clients.local, here))
        session = self._access.session(request, OWNER)
        if session is not None:
            return self._household(request, session.number)
        host, now = clients.address(request), self._access.now()
        if not self._digestAuth.admits(host, now):
            return sendText(request, "Too many requests.", 429)
        account = self._digestAuth.authenticate(request, host, now)
        if isinstance(account, bytes):
            if request.code == 429:
                return account
            why = clients.refusal(request)
            return self._access.page(request, "elsewhere.html", code=401, why=why)
        return self._household(request, account.number)

    def _household(self, request: Request, number: str) -> bytes:
        others = self._households.members(number)
        return self._page(request, householdDevices(self._registry, number, others))

    def _page(self, request: Request, rows: Sequence[LanDevice]) -> bytes:
        return self._access.page(
            request,
            "devices.html",
            rows=rows,
            most=SHOWN,
            updates=self._updates(rows),
            domain=self._domain,
        )

    def _updates(self, rows: Sequence[LanDevice]) -> dict[str, str]:
        """
        Map each MAC to the newest firmware that its owner has not declined.
        """
        versions, stock = {}, self._stock()
        for row in rows if stock else ():
            newest = updates(self._registry, stock, row.mac)
            offered = advertised(self._registry, newest, row.mac)
            if offered:
                versions[row.mac] = str(offered.version)
        return versions
