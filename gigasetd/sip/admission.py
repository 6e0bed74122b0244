# -*- test-case-name: tests.sip.test_admission -*-
"""
Who may send a request, and whom it may reach.

Only accounts of this server call and are called; the server relays to no
other domain.

Layer 2 (rules).
"""

from __future__ import annotations

import re

from gigasetd.errors import BadValue
from gigasetd.registry.model import Binding
from gigasetd.registry.registry import Registry
from gigasetd.registry.tables import NOTHING
from gigasetd.sip.actions import Flow
from gigasetd.sip.authentication import Authority
from gigasetd.sip.domain import Domain
from gigasetd.sip.flows import Network
from gigasetd.sip.message.header import number as decimal
from gigasetd.sip.message.message import Request

BREADTH = 60
"""Branches that a request without Max-Breadth may have (RFC 5393 section 5)."""


_TAG = re.compile(r";[ \t]*tag[ \t]*=", re.IGNORECASE)


class Refusal(Exception):
    """
    The request gets this answer and goes no further.
    """

    def __init__(self, code: int, phrase: str = "", *headers: str) -> None:
        super().__init__(code)
        self.code, self.phrase, self.headers = code, phrase, headers


class Admission:
    """
    Decides by the registry, by flows and by digest.
    """

    def __init__(
        self, registry: Registry, authority: Authority, domain: Domain, network: Network
    ) -> None:
        self._registry = registry
        self._authority = authority
        self._domain = domain
        self._network = network

    def caller(self, request: Request, flow: Flow, now: float) -> str:
        """
        The number that may send this, by the flow of a binding or by digest.

        @raise Refusal: nobody's.
        """
        number = self._domain.numberIn(request.first["from"])
        account = self._registry.accounts.get(number or "")
        if number is None or account is None:
            raise Refusal(403)
        if not account.offers("voip"):
            raise Refusal(403, "Calls Are Switched Off")
        bindings = self._registry.bindings.get(number, NOTHING)
        if any(
            flowOf(binding) == flow and binding.expires > now for binding in bindings
        ):
            return number
        if account.login != "digest":
            raise Refusal(403)
        proof = self._authority.prove(request, flow, number, now, "proxy-authorization")
        if isinstance(proof, str):
            raise Refusal(407, "", f"Proxy-Authenticate: {proof}")
        return number

    def callee(self, request: Request) -> str:
        """
        The account that is called.

        @raise Refusal: it is not ours to find.
        """
        number = self.dialled(request)
        if number not in self._registry.accounts:
            raise Refusal(404)
        return number

    def dialled(self, request: Request) -> str:
        """
        The number that is called.

        @raise Refusal: it is none of this server.
        """
        try:
            number, owned = self._domain.target(request.uri)
        except BadValue:
            raise Refusal(416) from None
        if not owned:
            raise Refusal(403, "Not A Domain Of This Server")
        if number is None:
            raise Refusal(404)
        return number

    def targets(self, request: Request, number: str) -> list[Binding]:
        """
        The bindings of a number that can be reached.

        @raise Refusal: there are none, or more than the request's Max-Breadth
            allows (RFC 5393 section 5.3.3.1).
        """
        bindings = self._registry.bindings.get(number, NOTHING)
        targets = [each for each in bindings if self._network.reaches(each)]
        if not targets:
            raise Refusal(480)
        if breadth(request) < len(targets):
            raise Refusal(440)
        return targets


def breadth(request: Request) -> int:
    """
    Into how many branches a request may still be forked.
    """
    asked = decimal(request.first.get("max-breadth", ""), 2**31)
    return BREADTH if asked is None else asked


def inDialog(request: Request) -> bool:
    """
    Whether a request belongs to a dialog: its To has a tag.
    """
    to = request.first["to"]
    # Behind the last bracket stand only parameters of the header.
    return _TAG.search(to, to.rfind(">") + 1) is not None


def flowOf(binding: Binding) -> Flow:
    """
    The flow that a binding was made over.
    """
    return Flow(
        binding.transport, binding.local, binding.host, binding.port, binding.connection
    )
