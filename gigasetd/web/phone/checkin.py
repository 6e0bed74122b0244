# -*- test-case-name: tests.web.phone.test_checkin -*-
"""
Check-ins: what phones report of themselves, at C{/checkin} once a day and with
any other request.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gigasetd.devices.checkin import Facts, factsOf, report
from gigasetd.devices.useragent import UserAgent, isBrowser, parseUserAgent
from gigasetd.registry.mac import macOf
from gigasetd.registry.registry import Registry
from gigasetd.web.http.channel import Request
from gigasetd.web.http.clients import Clients
from gigasetd.web.http.headers import formBody, header
from gigasetd.web.http.query import parameters
from gigasetd.web.http.response import sendNothing, sendText


class CheckIns:
    """
    Records check-ins.

    @ivar now: the time, epoch seconds.
    """

    def __init__(
        self,
        registry: Registry,
        clients: Clients,
        admits: Callable[[str, float], bool],
        settle: Callable[[], None],
        now: Callable[[], float],
    ) -> None:
        """
        @param admits: whether the rate limit lets an address report now.
        @param settle: spools the registry's changes; raises
            L{gigasetd.errors.StoreError}.
        """
        self.registry = registry
        self.clients = clients
        self.now = now
        self._admits = admits
        self._settle = settle

    def checkin(self, request: Request) -> bytes:
        """
        Answer C{/checkin}: 204, 400 without a MAC, 429 above the rate limit.
        """
        facts = parameters(request.query, formBody(request))
        host, now = self.clients.address(request), self.now()
        if not self._admits(host, now):
            return sendText(request, "Too many requests.", 429)
        if not report(self.registry, factsOf(facts, host), now):
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
        userAgent = header(request, b"User-Agent")
        agent = parseUserAgent(userAgent)
        mac = macOf(arguments.get("mac", "").partition(",")[0]) or agent.mac
        if mac and not isBrowser(userAgent) and self._admits(host, now):
            self.recordAgent(mac, agent, host, now)
        return mac

    def recordAgent(self, mac: str, agent: UserAgent, host: str, now: float) -> None:
        """
        Record model, firmware and address of device C{mac}.
        """
        facts = Facts(
            mac,
            product=agent.base,
            software_version=agent.firmware,
            public_ip=host,
        )
        report(self.registry, facts, now)
        self._settle()
