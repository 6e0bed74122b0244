# -*- test-case-name: tests.sip.test_registrar -*-
"""
REGISTER: who can be reached where, and for how long (RFC 3261 section 10).

It is answered without a transaction: the same request again finds the same
bindings and gets the same answer.

Layer 2 (rules).
"""

from __future__ import annotations

from email.utils import formatdate

from gigasetd.errors import BadValue
from gigasetd.registry.model import Account, Binding
from gigasetd.registry.registry import Registry
from gigasetd.registry.tables import NOTHING
from gigasetd.sip.actions import Flow
from gigasetd.sip.authentication import Authority
from gigasetd.sip.contact import (
    Contact,
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


class OutOfOrder(Exception):
    """
    A REGISTER that is older than what its binding already knows.
    """


class Registrar:
    """
    @ivar counts: what has happened so far.
    @ivar after: the change that must be on the disk before the last answer
        leaves; 0 for none.
    @ivar limits: how long a contact may stay bound.
    @ivar mostContacts: contacts of a number.
    @ivar longestBehindNAT: seconds that a UDP phone behind a NAT stays bound
        at most, so that it keeps its hole open.
    """

    def __init__(
        self,
        registry: Registry,
        authority: Authority,
        domain: Domain,
        limits: ExpiryLimits,
        longestBehindNAT: int,
        mostContacts: int,
        tag: str,
    ) -> None:
        self._registry = registry
        self._authority = authority
        self._domain = domain
        self.limits = limits
        self.longestBehindNAT = longestBehindNAT
        self.mostContacts = mostContacts
        self._tag = tag
        self._date: tuple[int, str] = (0, "")
        self.after = 0
        self.counts = {
            "registered": 0,
            "challenged": 0,
            "refused": 0,
            "displaced": 0,
        }

    def register(self, request: Request, flow: Flow, now: float) -> bytes:
        """
        Carry out one REGISTER.

        @return: the whole response.
        """
        self.after = 0
        try:
            number, owned = self._domain.aor(request.first["to"])
        except BadValue:
            return self._refuse(request, 400, "Bad To")
        if not owned:
            return self._refuse(request, 403, "Not A Domain Of This Server")
        if "require" in request.first:
            return self._unsupported(request)
        account = self._authority.prove(request, flow, number, now)
        if isinstance(account, str):
            self.counts["challenged"] += 1
            return self._respond(request, 401, f"WWW-Authenticate: {account}")
        if account.login == "factory":
            self.after = self._authority.after
        if not account.offers("voip"):
            return self._refuse(request, 403, "Calls Are Switched Off")
        return self._update(request, flow, account, now)

    def _unsupported(self, request: Request) -> bytes:
        """
        Name the extensions in Require; we take none (section 8.2.2.3).
        """
        names = ", ".join(request.all("require"))
        return self._respond(request, 420, f"Unsupported: {names}")

    def _refuse(self, request: Request, code: int, phrase: str) -> bytes:
        """
        Say no.
        """
        self.counts["refused"] += 1
        return respond(request, code, phrase, toTag=self._tag)

    def _respond(self, request: Request, code: int, *headers: str) -> bytes:
        """
        A response with our tag in To.
        """
        return respond(request, code, toTag=self._tag, headers=headers)

    def _update(
        self, request: Request, flow: Flow, account: Account, now: float
    ) -> bytes:
        """
        Change the bindings, all or nothing, and tell what they are now.
        """
        old = self._registry.bindings.get(account.number, NOTHING)
        try:
            contacts = [parseContact(value) for value in request.values("contact")]
            new = self._rebound(request, flow, account.number, old, contacts, now)
        except BadValue as error:
            if request.all("contact") != ["*"]:
                return self._refuse(request, 400, str(error).capitalize())
            return self._clear(request, account, old, now)
        except IntervalTooBrief as brief:
            return self._respond(request, 423, f"Min-Expires: {brief.shortest}")
        except OutOfOrder:
            return self._refuse(request, 500, "CSeq Is Out Of Order")
        if new != old:
            self._registry.bind(account.number, new)
        self.counts["registered"] += 1
        return self._listing(request, new, contacts, now)

    def _clear(
        self, request: Request, account: Account, old: tuple[Binding, ...], now: float
    ) -> bytes:
        """
        C{Contact: *} removes everything, with C{Expires: 0} and alone
        (section 10.3 step 6).
        """
        if request.get("expires") != "0":
            return self._refuse(request, 400, "Contact * Needs Expires 0")
        if any(_outOfOrder(request, binding) for binding in old):
            return self._refuse(request, 500, "CSeq Is Out Of Order")
        self._registry.bind(account.number, NOTHING)
        self.counts["registered"] += 1
        return self._listing(request, NOTHING, [], now)

    def _rebound(
        self,
        request: Request,
        flow: Flow,
        number: str,
        old: tuple[Binding, ...],
        contacts: list[Contact],
        now: float,
    ) -> tuple[Binding, ...]:
        """
        The bindings as they are after the request.
        """
        new = [binding for binding in old if binding.expires > now]
        if not contacts:
            return tuple(new)
        default = expiresHeader(request.get("expires"))
        for contact in contacts:
            asked = default if contact.expires is None else contact.expires
            granted = grantExpiry(asked, self.limits)
            if flow.transport == "udp" and request.via.host.strip("[]") != flow.host:
                granted = min(granted, max(self.longestBehindNAT, self.limits.shortest))
            known = _find(new, contact)
            if known is not None and not _isNewer(request, known, flow):
                continue
            binding = None
            if granted:
                binding = _bound(request, flow, number, contact, known, now, granted)
            _exchange(new, known, binding)
        surplus = len(new) - self.mostContacts
        if surplus > 0:
            self.counts["displaced"] += surplus
            del new[:surplus]
        return tuple(new)

    def _listing(
        self,
        request: Request,
        bindings: tuple[Binding, ...],
        contacts: list[Contact],
        now: float,
    ) -> bytes:
        """
        The 200: every binding with the seconds it has left, the sender's own
        first and as it wrote it, since phones look no further.
        """
        lines: list[str] = []
        for binding in bindings:
            line = (
                f"Contact: {binding.contact};expires={int(binding.expires - now + 0.5)}"
            )
            if any(sameContact(binding.key, contact) for contact in contacts):
                lines.insert(0, line)
            else:
                lines.append(line)
        lines.append(self._dateLine(now))
        return self._respond(request, 200, *lines)

    def _dateLine(self, now: float) -> str:
        """
        The Date header, written once a second.
        """
        second = int(now)
        if self._date[0] != second:
            self._date = (second, f"Date: {formatdate(second, usegmt=True)}")
        return self._date[1]


def _find(bindings: list[Binding], contact: Contact) -> Binding | None:
    """
    The binding of that contact, if there is one.
    """
    for binding in bindings:
        if sameContact(binding.key, contact):
            return binding
    return None


def _outOfOrder(request: Request, binding: Binding) -> bool:
    """
    Whether a request of the same phone came before (section 10.3 step 7).
    """
    return binding.call_id == request.first["call-id"] and request.cseq <= binding.cseq


def _isNewer(request: Request, binding: Binding, flow: Flow) -> bool:
    """
    Whether the request changes the binding; a repetition does not.

    @raise OutOfOrder: it is older than the binding.
    """
    if not _outOfOrder(request, binding):
        return True
    if request.cseq < binding.cseq:
        raise OutOfOrder
    return False


def _exchange(
    bindings: list[Binding], old: Binding | None, new: Binding | None
) -> None:
    """
    Put C{new}, the latest, last and in place of C{old}.
    """
    if old is not None:
        bindings.remove(old)
    if new is not None:
        bindings.append(new)


def _bound(
    request: Request,
    flow: Flow,
    number: str,
    contact: Contact,
    known: Binding | None,
    now: float,
    granted: int,
) -> Binding:
    """
    The binding that a contact gets.
    """
    return Binding(
        number,
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
