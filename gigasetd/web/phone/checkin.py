# -*- test-case-name: tests.web.phone.test_checkin -*-
"""
Check-ins: what phones report of themselves, at C{/checkin} once a day and with
any other request.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gigasetd.devices.admission import ReportAdmission
from gigasetd.devices.checkin import Facts, factsOf
from gigasetd.devices.useragent import UserAgent, parseUserAgent
from gigasetd.registry.mac import macOf
from gigasetd.web.http.channel import Request
from gigasetd.web.http.clients import Clients
from gigasetd.web.http.headers import formBody, header, isFromBrowser
from gigasetd.web.http.query import parameters
from gigasetd.web.http.response import sendNothing, sendText


class CheckIns:
    """
    Records check-ins.

    @ivar now: the time, epoch seconds.
    """

    def __init__(
        self,
        reports: ReportAdmission,
        clients: Clients,
        admits: Callable[[str, float], bool],
        settle: Callable[[], None],
        now: Callable[[], float],
    ) -> None:
        """
        @param reports: admits what phones report.
        @param admits: whether the rate limit lets an address report now.
        @param settle: spools the registry's changes; raises
            L{gigasetd.errors.StoreError}.
        """
        self.registry = reports.registry
        self._reports = reports
        self.clients = clients
        self.now = now
        self._admits = admits
        self._settle = settle

    def checkin(self, request: Request) -> bytes:
        """
        Answer C{/checkin}: 204, 400 without a MAC, 403 to browsers, 429 above the
        rate limit.
        """
        if isFromBrowser(request):
            # Any web page could have it sent.
            return sendText(request, "Browsers report no devices.", 403)
        facts = parameters(request.query, formBody(request))
        host, now = self.clients.address(request), self.now()
        if not self._admits(host, now):
            return sendText(request, "Too many requests.", 429)
        if not self._report(request, factsOf(facts, host), now):
            return sendText(request, "mac must be twelve hexadecimal digits", 400)
        self._settle()
        return sendNothing(request)

    def record(
        self, request: Request, arguments: Mapping[str, str], host: str, now: float
    ) -> str:
        """
        Record what a request's C{mac} and C{User-Agent} say of its phone.

        @return: the device's MAC, C{""} when the request has none.
        """
        agent = parseUserAgent(header(request, b"User-Agent"))
        mac = macOf(arguments.get("mac", "").partition(",")[0]) or agent.mac
        if mac and self._admits(host, now):
            self.recordAgent(request, mac, agent, host, now)
        return mac

    def recordAgent(
        self, request: Request, mac: str, agent: UserAgent, host: str, now: float
    ) -> None:
        """
        Record model, firmware and address of device C{mac}; a browser reports
        nothing.
        """
        if isFromBrowser(request):
            return
        facts = Facts(
            mac,
            product=agent.base,
            software_version=agent.firmware,
            public_ip=host,
        )
        self._report(request, facts, now)
        self._settle()

    def _report(self, request: Request, facts: Facts, now: float) -> bool:
        mac = macOf(facts.mac) or ""
        proven = self.clients.isKnown(request, self.registry, mac, now)
        return self._reports.report(facts, proven, now)
