# -*- test-case-name: tests.sip.test_admission -*-
"""
Who may send a request, and whom it may reach.

Only accounts of this server call and are called; the server relays to no
other domain.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.errors import BadValue
from gigasetd.registry.model import Binding
from gigasetd.registry.registry import Registry
from gigasetd.registry.tables import NOTHING
from gigasetd.sip.actions import Flow
from gigasetd.sip.authentication import Authenticator
from gigasetd.sip.domain import Domain
from gigasetd.sip.flows import Network, isFlowOf
from gigasetd.sip.message.header import number as decimal
from gigasetd.sip.message.message import Request
from gigasetd.sip.message.uri import parseAddress, parseURI
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
        Return the number that sends a request: that of a live binding over its
        flow, else that of the account whose password it proves.

        Without such a flow or proof the answer is always the same, so that it does
        not show which numbers exist.

        @raise RequestRejected: neither is there, From names another number, or the
            account makes no calls.
        """
        sender = context.request.first["from"]
        claimed = self._domain.numberIn(sender) or ""
        number = self._overFlow(context, claimed) or self._byDigest(context)
        context.admitted = True
        context.caller = number
        if claimed != number and (claimed or not isAnonymous(sender)):
            raise RequestRejected(403)
        if not self._registry.accounts[number].offers("voip"):
            raise RequestRejected(403, phrase="Calls Are Switched Off")
        return number

    def _overFlow(self, context: RequestContext, claimed: str) -> str:
        # The number of a live binding over this flow, C{""} for none.  A phone with
        # several lines says by From which it is.
        numbers = self._registry.flows.get(context.flow, ())
        if claimed in numbers and self.holds(claimed, context.flow, context.now):
            return claimed
        if "proxy-authorization" in context.request.first:
            return ""  # Another line of this phone, which proves itself.
        newest = reversed(tuple(numbers))
        live = (each for each in newest if self.holds(each, context.flow, context.now))
        return next(live, "")

    def _byDigest(self, context: RequestContext) -> str:
        proof = self._authenticator.authenticateCaller(context)
        if isinstance(proof, str):
            raise RequestRejected(407, f"Proxy-Authenticate: {proof}")
        return proof.number

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


def isAnonymous(sender: str) -> bool:
    """
    Whether a From value withholds its sender (RFC 3323 section 4.1.1.3).
    """
    try:
        uri = parseURI(parseAddress(sender).uri)
    except BadValue:
        return False
    return uri.user.lower() == "anonymous" or uri.host == "anonymous.invalid"


def breadth(request: Request) -> int:
    """
    Return into how many branches a request may still be forked.
    """
    most = decimal(request.first.get("max-breadth", ""), 2**31)
    return BREADTH if most is None else most
