# -*- test-case-name: tests.sip.test_admission -*-
"""
Who may send a request, and whom it may reach.

Only accounts of this server call and are called; the server relays to no
other domain.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.registry.model import Binding
from gigasetd.registry.registry import Registry
from gigasetd.registry.tables import NOTHING
from gigasetd.sip.actions import Flow
from gigasetd.sip.authentication import Authenticator
from gigasetd.sip.domain import Domain
from gigasetd.sip.flows import Network, isFlowOf
from gigasetd.sip.message.header import number as decimal
from gigasetd.sip.message.message import Request
from gigasetd.sip.rejection import RequestRejected
from gigasetd.sip.requestcontext import RequestContext

BREADTH = 60
"""Branches that a request without Max-Breadth may have (RFC 5393 section 5)."""


class Admission:
    """
    Decides by the registry, by flows and by digest.
    """

    def __init__(
        self,
        registry: Registry,
        authenticator: Authenticator,
        domain: Domain,
        network: Network,
        emergency: frozenset[str] = frozenset(),
    ) -> None:
        """
        @param emergency: C{sip.emergency_numbers}.
        """
        self._emergency = emergency
        self._registry = registry
        self._authenticator = authenticator
        self._domain = domain
        self._network = network

    def caller(self, context: RequestContext) -> str:
        """
        Return the number in From, if the sender is registered over this flow
        or proves its password.

        @raise RequestRejected: neither holds.
        """
        number = self._domain.numberIn(context.request.first["from"])
        account = self._registry.accounts.get(number or "")
        if number is None or account is None:
            raise RequestRejected(403)
        if not account.offers("voip"):
            raise RequestRejected(403, phrase="Calls Are Switched Off")
        if self.holds(number, context.flow, context.now):
            return number
        if account.login != "digest":
            raise RequestRejected(403)
        proof = self._authenticator.authenticate(context, number, "proxy-authorization")
        if isinstance(proof, str):
            raise RequestRejected(407, f"Proxy-Authenticate: {proof}")
        return number

    def holds(self, number: str, flow: Flow, now: float) -> bool:
        """
        Whether a number has a live binding over a flow.
        """
        return any(
            isFlowOf(flow, binding) and binding.expires > now
            for binding in self._registry.bindings.get(number, NOTHING)
        )

    def claimed(self, context: RequestContext) -> str:
        """
        Return the number in From, C{""} for none; nothing is proven.
        """
        return self._domain.numberIn(context.request.first["from"]) or ""

    def callee(self, context: RequestContext) -> str:
        """
        Return the number that is called.

        @raise RequestRejected: no account of this server has it.
        """
        number = self.dialled(context)
        if number not in self._registry.accounts:
            raise RequestRejected(404)
        return number

    def dialled(self, context: RequestContext) -> str:
        """
        Return the number in the Request-URI, whether it exists or not.

        @raise RequestRejected: the URI holds none, or is of another domain.
        """
        if context.owned is None:
            raise RequestRejected(416)
        if not context.owned:
            raise RequestRejected(403, phrase="Not A Domain Of This Server")
        if context.number is None or context.number in self._emergency:
            # An emergency call must fail at once, so that another line is tried.
            raise RequestRejected(404)
        return context.number

    def targets(self, request: Request, number: str) -> list[Binding]:
        """
        Return the bindings of a number that can be reached.

        @raise RequestRejected: there are none, or more than the request's
            Max-Breadth allows (RFC 5393 section 5.3.3.1).
        """
        bindings = self._registry.bindings.get(number, NOTHING)
        targets = [each for each in bindings if self._network.reaches(each)]
        if not targets:
            raise RequestRejected(480)
        if breadth(request) < len(targets):
            raise RequestRejected(440)
        return targets


def breadth(request: Request) -> int:
    """
    Return into how many branches a request may still be forked.
    """
    most = decimal(request.first.get("max-breadth", ""), 2**31)
    return BREADTH if most is None else most
