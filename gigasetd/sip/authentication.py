# -*- test-case-name: tests.sip.test_authentication -*-
"""
Who is asking: digest proofs against the accounts we hold.

An unknown number, a wrong password and no password at all get the same
answer after the same work, so that nobody learns which numbers exist.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from gigasetd.auth.digest import (
    Credentials,
    Nonces,
    challenge,
    parseCredentials,
    proves,
)
from gigasetd.auth.passwords import ha1, ha1OfSHA256
from gigasetd.auth.quotedstring import quote
from gigasetd.keys.sealing import VaultError
from gigasetd.ratelimit.guard import Guard
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.sip.actions import Flow
from gigasetd.sip.factorylogin import FactoryLogin
from gigasetd.sip.message.message import Request
from gigasetd.sip.message.uri import numberOf

_NOBODY = "0" * 32
"""The HA1 that an unknown number's answer is held against."""


_FIELDS = {
    "authorization": "WWW-Authenticate",
    "proxy-authorization": "Proxy-Authenticate",
}
"""Where credentials stand -> where they are asked for."""


def _asItStands(account: Account) -> str:
    """
    A password that was never sealed.
    """
    return account.password


class _Use(NamedTuple):
    """
    The last use of a nonce by one account.
    """

    nonce: str
    uses: int
    callID: str
    cseq: int
    flow: Flow


class Authority:
    """
    @ivar counts: proofs that held and that failed; C{unreadable} counts
        stored passwords that could not be opened.
    """

    def __init__(
        self,
        registry: Registry,
        nonces: Nonces,
        realm: str,
        guard: Guard,
        algorithms: tuple[str, ...] = ("MD5",),
        opened: Callable[[Account], str] = _asItStands,
        factory: FactoryLogin | None = None,
    ) -> None:
        """
        @param algorithms: what is offered, the preferred one first, to
            accounts that have no list of their own.
        @param opened: tells an account's password, or raises L{VaultError}.
        @param factory: asks the phones whose password nobody knows.
        """
        self._factory = factory
        self._algorithms = algorithms
        self._opened = opened
        self._guard = guard
        self._registry = registry
        self._nonces = nonces
        self._realm = realm
        self._quoted = quote(realm)
        self._used: dict[str, _Use] = {}
        self.counts = {"proven": 0, "failed": 0, "stale": 0, "replayed": 0}
        self.counts["unreadable"] = 0

    def prove(
        self,
        request: Request,
        flow: Flow,
        number: str | None,
        now: float,
        header: str = "authorization",
    ) -> Account | str:
        """
        Hold the request's credentials against the account of C{number}.

        @return: the account, or a challenge: the value of a header field,
            and further lines of the header where several algorithms are
            offered, since these fields must not be joined (RFC 3261 section
            7.3.1).
        """
        account = self._registry.accounts.get(number or "")
        if account is None or account.login == "factory":
            factory = self._factory
            if (
                factory is not None
                and header == "authorization"
                and factory.concerns(account, number, flow, now)
            ):
                given = self._given(request, header, ("MD5",))
                return factory.prove(request, given, flow, number, now)
        offered = self._offered(account)
        given = self._given(request, header, offered)
        if given is None:
            return self._challenge(flow, now, header, offered)
        right = given.algorithm in offered and proves(
            self._secret(account, given), request.method, given
        )
        if not right or account is None or numberOf(_user(given)) != number:
            self.counts["failed"] += 1
            self._guard.failed(flow.host, now)
            return self._challenge(flow, now, header, offered)
        if not self._nonces.fresh(given.nonce, flow.host, now):
            self.counts["stale"] += 1
            return self._challenge(flow, now, header, offered, stale=True)
        if self._replayed(request, flow, account.number, given):
            self.counts["replayed"] += 1
            return self._challenge(flow, now, header, offered, stale=True)
        self.counts["proven"] += 1
        self._guard.proven(flow.host)
        return account

    @property
    def after(self) -> int:
        """
        The change that must be on the disk before anybody with a factory
        login is told of success.
        """
        return self._factory.after if self._factory is not None else 0

    def _offered(self, account: Account | None) -> tuple[str, ...]:
        """
        The algorithms for this account, the preferred one first.
        """
        if account is not None and account.digest:
            return tuple(account.digest.split())
        return self._algorithms

    def _given(
        self, request: Request, header: str, offered: tuple[str, ...]
    ) -> Credentials | None:
        """
        The Digest credentials for our realm, wherever among several they
        stand.
        """
        if header not in request.first:
            return None
        other = None
        for value in request.all(header):
            given = parseCredentials(value)
            if given is not None and given.realm == self._realm:
                if given.algorithm in offered:
                    return given
                other = given
        return other

    def _secret(self, account: Account | None, given: Credentials) -> str:
        """
        What the answer is made from; a phone hashes its user name as it
        writes it, with a domain or suffix that it adds.
        """
        if account is None or not account.ha1:
            return _NOBODY
        if given.algorithm == "MD5" and given.username == account.number:
            return account.ha1
        # Stored for neither, so that a stolen database holds no more than MD5.
        hashed = ha1 if given.algorithm == "MD5" else ha1OfSHA256
        try:
            return hashed(given.username, self._realm, self._opened(account))
        except VaultError:
            self.counts["unreadable"] += 1
            return _NOBODY

    def _challenge(
        self,
        flow: Flow,
        now: float,
        header: str,
        offered: tuple[str, ...],
        stale: bool = False,
    ) -> str:
        """
        A challenge for the peer, by every algorithm that is offered.
        """
        nonce = self._nonces.make(flow.host, now)
        values = [
            challenge(self._quoted, nonce, stale, algorithm) for algorithm in offered
        ]
        return f"\r\n{_FIELDS[header]}: ".join(values)

    def _replayed(
        self, request: Request, flow: Flow, number: str, given: Credentials
    ) -> bool:
        """
        Whether these credentials have been used: a nonce's count only grows,
        but for a repetition of the request that it last came with, over the
        same flow: who only overheard it stands elsewhere.
        """
        call = request.first["call-id"]
        this = _Use(given.nonce, given.uses, call, request.cseq, flow)
        last = self._used.get(number)
        if last is not None and last.nonce == this.nonce and this.uses <= last.uses:
            return this != last
        self._used[number] = this
        return False


def _user(given: Credentials) -> str:
    """
    The user name without a domain that some phones add.
    """
    return given.username.partition("@")[0]
