# -*- test-case-name: tests.sip.test_registrar -*-
"""
REGISTER: which contacts a number has, and for how long (RFC 3261 section 10).

It is answered without a transaction: the same request again finds the same
bindings and gets the same answer.

Layer 2 (rules).
"""

from __future__ import annotations

from email.utils import formatdate
from typing import NamedTuple

from gigasetd.errors import BadValue
from gigasetd.registry.model import Account, Binding
from gigasetd.registry.registry import Registry
from gigasetd.registry.tables import NOTHING
from gigasetd.sip.authentication import Authenticator
from gigasetd.sip.contact import (
    ContactValue,
    ExpiryLimits,
    IntervalTooBrief,
    expiresHeader,
    grantExpiry,
    parseContact,
    sameContact,
)
from gigasetd.sip.domain import Domain
from gigasetd.sip.message.message import Request
from gigasetd.sip.message.response import respond
from gigasetd.sip.requestcontext import RequestContext


class OutOfOrder(Exception):
    """
    A REGISTER is older than the last one of its binding.
    """


class RegistrationLimits(NamedTuple):
    """
    What a registration may cost.
    """

    expiry: ExpiryLimits = ExpiryLimits()
    behindNAT: int = 180
    """Seconds that a UDP phone behind a NAT stays bound at most, so that it
    keeps the NAT's mapping open."""
    contacts: int = 10  #: of one number


class Registrar:
    """
    Answers REGISTER, and changes the bindings in the registry.

    @ivar limits: what a registration may cost.
    @ivar after: the change that must be on the disk before the last answer
        leaves; 0 for none.
    @ivar counts: event -> how often it happened.
    """

    def __init__(
        self,
        registry: Registry,
        authenticator: Authenticator,
        domain: Domain,
        limits: RegistrationLimits,
        tag: str,
    ) -> None:
        """
        @param tag: the To tag of the answers.
        """
        self._registry = registry
        self._authenticator = authenticator
        self._domain = domain
        self.limits = limits
        self._tag = tag
        self._date: tuple[int, str] = (0, "")
        self.after = 0
        self.counts = {
            "registered": 0,
            "challenged": 0,
            "refused": 0,
            "displaced": 0,
        }

    def register(self, context: RequestContext) -> bytes:
        """
        Carry out one REGISTER.

        @return: the whole response.
        """
        self.after = 0
        request = context.request
        try:
            context.number, context.owned = self._domain.aor(request.first["to"])
        except BadValue:
            return self._refuse(request, 400, "Bad To")
        if not context.owned:
            return self._refuse(request, 403, "Not A Domain Of This Server")
        if "require" in request.first:
            return self._unsupported(request)
        account = self._authenticator.authenticate(context, context.number)
        if isinstance(account, str):
            self.counts["challenged"] += 1
            return self._respond(request, 401, f"WWW-Authenticate: {account}")
        context.admitted = True
        if account.login == "factory":
            self.after = self._authenticator.after
        if not account.offers("voip"):
            return self._refuse(request, 403, "Calls Are Switched Off")
        return self._update(context, account)

    def _unsupported(self, request: Request) -> bytes:
        # We support no extension that Require could name (section 8.2.2.3).
        names = ", ".join(request.all("require"))
        return self._respond(request, 420, f"Unsupported: {names}")

    def _refuse(self, request: Request, code: int, phrase: str) -> bytes:
        self.counts["refused"] += 1
        return respond(request, code, phrase, toTag=self._tag)

    def _respond(self, request: Request, code: int, *headers: str) -> bytes:
        return respond(request, code, toTag=self._tag, headers=headers)

    def _update(self, context: RequestContext, account: Account) -> bytes:
        """
        Change the bindings, all or none, and list them.
        """
        request = context.request
        old = self._registry.bindings.get(account.number, NOTHING)
        try:
            contacts = [parseContact(value) for value in request.values("contact")]
            new = self._rebound(context, old, contacts)
        except BadValue as error:
            if request.all("contact") != ["*"]:
                return self._refuse(request, 400, str(error).capitalize())
            return self._clear(context, account, old)
        except IntervalTooBrief as brief:
            return self._respond(request, 423, f"Min-Expires: {brief.shortest}")
        except OutOfOrder:
            return self._refuse(request, 500, "CSeq Is Out Of Order")
        if new != old:
            self._registry.bind(account.number, new)
        self.counts["registered"] += 1
        return self._listing(context, new, contacts)

    def _clear(
        self, context: RequestContext, account: Account, old: tuple[Binding, ...]
    ) -> bytes:
        """
        Remove all bindings: C{Contact: *}, with C{Expires: 0} and alone
        (section 10.3 step 6).
        """
        request = context.request
        if request.get("expires") != "0":
            return self._refuse(request, 400, "Contact * Needs Expires 0")
        if any(_repeats(request, binding) for binding in old):
            return self._refuse(request, 500, "CSeq Is Out Of Order")
        self._registry.bind(account.number, NOTHING)
        self.counts["registered"] += 1
        return self._listing(context, NOTHING, [])

    def _rebound(
        self,
        context: RequestContext,
        old: tuple[Binding, ...],
        contacts: list[ContactValue],
    ) -> tuple[Binding, ...]:
        """
        Return the bindings as they are after the request.
        """
        new = [binding for binding in old if binding.expires > context.now]
        if not contacts:
            return tuple(new)
        default = expiresHeader(context.request.get("expires"))
        for contact in contacts:
            wanted = default if contact.expires is None else contact.expires
            granted = self._granted(context, wanted)
            known = _find(new, contact)
            if known is not None and not _isNewer(context.request, known):
                continue
            if known is not None:
                new.remove(known)
            if granted:
                # The latest stands last: of too many the oldest goes.
                new.append(_bound(context, contact, known, granted))
        surplus = len(new) - self.limits.contacts
        if surplus > 0:
            self.counts["displaced"] += surplus
            del new[:surplus]
        return tuple(new)

    def _granted(self, context: RequestContext, wanted: int | None) -> int:
        limits, flow = self.limits, context.flow
        granted = grantExpiry(wanted, limits.expiry)
        if (
            flow.transport == "udp"
            and context.request.via.host.strip("[]") != flow.host
        ):
            return min(granted, max(limits.behindNAT, limits.expiry.shortest))
        return granted

    def _listing(
        self,
        context: RequestContext,
        bindings: tuple[Binding, ...],
        contacts: list[ContactValue],
    ) -> bytes:
        """
        Encode the 200: every binding with the seconds that it has left.
        """
        lines: list[str] = []
        for binding in bindings:
            left = int(binding.expires - context.now + 0.5)
            line = f"Contact: {binding.contact};expires={left}"
            # COMPAT: phones read the first Contact only, and expect their own.
            if any(sameContact(binding.key, contact) for contact in contacts):
                lines.insert(0, line)
            else:
                lines.append(line)
        lines.append(self._dateLine(context.now))
        return self._respond(context.request, 200, *lines)

    def _dateLine(self, now: float) -> str:
        # Once a second: formatdate costs 3.5 microseconds.
        second = int(now)
        if self._date[0] != second:
            self._date = (second, f"Date: {formatdate(second, usegmt=True)}")
        return self._date[1]


def _find(bindings: list[Binding], contact: ContactValue) -> Binding | None:
    for binding in bindings:
        if sameContact(binding.key, contact):
            return binding
    return None


def _repeats(request: Request, binding: Binding) -> bool:
    """
    Whether the phone has sent this request or a later one before (section
    10.3 step 7).
    """
    return binding.call_id == request.first["call-id"] and request.cseq <= binding.cseq


def _isNewer(request: Request, binding: Binding) -> bool:
    """
    Whether the request changes the binding; a repetition does not.

    @raise OutOfOrder: it is older than the binding.
    """
    if not _repeats(request, binding):
        return True
    if request.cseq < binding.cseq:
        raise OutOfOrder
    return False


def _bound(
    context: RequestContext, contact: ContactValue, known: Binding | None, granted: int
) -> Binding:
    request, flow, now = context.request, context.flow, context.now
    return Binding(
        context.number or "",
        known.key if known is not None else contact.key,
        contact.value,
        request.first["call-id"],
        request.cseq,
        now + granted,
        flow.transport,
        flow.local,
        flow.host,
        flow.port,
        flow.connection,
        request.first.get("user-agent", "")[:256],
        contact.q,
        now,
        1,
    )
