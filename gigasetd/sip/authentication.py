# -*- test-case-name: tests.sip.test_authentication -*-
"""
Digest authentication of requests (RFC 3261 section 22, RFC 8760).

An unknown number, a wrong password and no password at all get the same
answer after the same work, so that it does not show which numbers exist.

A nonce is good only on the flow that it was sent to.  Only a wrong response to
such a nonce counts as a failed log-in: any other may come from a stranger who
writes the address of another.

After too many wrong responses of a source for a number, no more are compared for
that pair, but those of a flow that the number is registered over.

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
    serial,
)
from gigasetd.auth.passwords import ha1, ha1OfSHA256
from gigasetd.auth.quotedstring import quote
from gigasetd.keys.sealing import VaultError
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.sip.actions import Flow, peerOf
from gigasetd.sip.factorylogin import FactoryLogin
from gigasetd.sip.message.message import Request
from gigasetd.sip.message.uri import numberOf
from gigasetd.sip.requestcontext import RequestContext

_NO_HA1 = "0" * 32
"""Stands for the HA1 of an account that does not exist; no password has it."""


_FIELDS = {
    "authorization": "WWW-Authenticate",
    "proxy-authorization": "Proxy-Authenticate",
}
"""The header of credentials -> the header of challenges."""


def _unsealed(account: Account) -> str:
    return account.password


_PROXY = "proxy-authorization"

RECOUNT = 60.0
"""Seconds after which the algorithms that accounts have of their own are counted
again."""


class DigestScheme(NamedTuple):
    """
    What challenges are made of.
    """

    nonces: Nonces
    realm: str  #: the SIP domain
    algorithms: tuple[str, ...] = ("MD5",)
    """Offered to accounts without a list of their own, the preferred first."""


_NonceUse = tuple[str, int, str, int, Flow, float]
"""The last use of a nonce by one account over one flow: nonce, nonce count, Call-ID,
CSeq, flow and time.  A NamedTuple would take 0.3 microseconds more of each
REGISTER."""

FLOWS = 100
"""Flows of one account whose last nonce is remembered."""


class Authenticator:
    """
    Checks the credentials of requests against the accounts.

    @ivar counts: event -> how often it happened; C{unreadable} counts stored
        passwords that could not be opened.
    """

    def __init__(
        self,
        registry: Registry,
        scheme: DigestScheme,
        guard: GuessGuard,
        opened: Callable[[Account], str] = _unsealed,
        factory: FactoryLogin | None = None,
    ) -> None:
        """
        @param opened: returns an account's password, or raises L{VaultError}.
        @param factory: authenticates phones with a factory password, which is
            unknown; C{None} refuses them.
        """
        self._registry = registry
        self._guard = guard
        self._nonces, self._realm, self._algorithms = scheme
        self._quoted = quote(scheme.realm)
        self._opened = opened
        self._factory = factory
        self._decoy: Account | None = None
        self._all = scheme.algorithms
        self._counted = -RECOUNT
        self._used: dict[str, tuple[_NonceUse, ...]] = {}
        self.counts = {"proven": 0, "failed": 0, "stale": 0, "replayed": 0}
        self.counts["unreadable"] = 0

    @property
    def after(self) -> int:
        """
        The change that must be on the disk before a phone with a factory
        login gets its 200; 0 for none.
        """
        return self._factory.after if self._factory is not None else 0

    def authenticate(
        self, context: RequestContext, number: str | None
    ) -> Account | str:
        """
        Check a REGISTER's Authorization against the account of C{number}.

        @return: the account, or a challenge: the value of a header field,
            and further lines of that header where several algorithms are
            offered, since these fields must not be joined (RFC 3261 section
            7.3.1).
        """
        account = self._registry.accounts.get(number or "")
        request = context.request
        if account is None or account.login == "factory":
            factory = self._factory
            if factory is not None and factory.concerns(context, account, number):
                credentials = self._credentials(request, "authorization", ("MD5",))
                return factory.authenticate(context, credentials, number)
        offered = self._offered(account)
        credentials = self._credentials(request, "authorization", offered)
        if credentials is None:
            return self._challenge(context, "authorization", offered)
        refused = self._refused(context, account, number, credentials)
        if refused is None:
            return self._registry.accounts[number or ""]
        stale = refused == "stale"
        return self._challenge(context, "authorization", offered, stale)

    def authenticateCaller(self, context: RequestContext) -> Account | str:
        """
        Check a request's Proxy-Authorization; its user name says for which account.

        The challenge is the same for all callers: it offers the algorithms of all
        accounts.

        @return: as L{authenticate}.
        """
        offered = self._offeredToAll(context.now)
        credentials = self._credentials(context.request, _PROXY, offered)
        if credentials is None:
            return self._challenge(context, _PROXY, offered)
        number = _numberIn(credentials)
        account = self._registry.accounts.get(number or "")
        refused = self._refused(context, account, number, credentials)
        if refused is None:
            return self._registry.accounts[number or ""]
        return self._challenge(context, _PROXY, offered, refused == "stale")

    def _refused(
        self,
        context: RequestContext,
        account: Account | None,
        number: str | None,
        credentials: Credentials,
    ) -> str | None:
        """
        Check credentials, and count what comes of it.

        @return: C{None} where they prove the account, else "stale" or "wrong".
        """
        counts, flow = self.counts, context.flow
        if not self._nonces.fresh(credentials.nonce, peerOf(flow), context.now):
            # Not compared with the password: the answer would show whether the
            # guess was right, and it cannot be counted against a source.
            counts["stale"] += 1
            return "stale"
        subject = number or ""
        if not self._admits(flow, subject, context.now):
            # As any wrong response, so that none shows whether it was right.
            return "wrong"
        if not self._correct(context.request, account, credentials, number):
            counts["failed"] += 1
            self._guard.failed(flow.host, subject, context.now)
            return "wrong"
        event = self._spent(context, subject, credentials)
        counts[event] += 1
        if event != "proven":
            return "stale"
        self._guard.proven(flow.host, subject)
        return None

    def _admits(self, flow: Flow, number: str, now: float) -> bool:
        # A phone that is registered must not be shut out by others of its source.
        return self._guard.admitsGuess(
            flow.host, number, now
        ) or number in self._registry.flows.get(flow, ())

    def _offered(self, account: Account | None) -> tuple[str, ...]:
        if account is not None and account.digest:
            return tuple(account.digest.split())
        return self._algorithms

    def _offeredToAll(self, now: float) -> tuple[str, ...]:
        # Counted once a minute: each request of a stranger asks for it.
        if not 0 <= now - self._counted < RECOUNT:
            accounts = self._registry.accounts.values()
            own = {
                name for each in accounts if each.digest for name in each.digest.split()
            }
            self._all = tuple(dict.fromkeys((*self._algorithms, *sorted(own))))
            self._counted = now
        return self._all

    def _credentials(
        self, request: Request, header: str, offered: tuple[str, ...]
    ) -> Credentials | None:
        # Of several for our realm those by an algorithm that was offered.
        if header not in request.first:
            return None
        other = None
        for value in request.all(header):
            credentials = parseCredentials(value)
            if credentials is not None and credentials.realm == self._realm:
                if credentials.algorithm in offered:
                    return credentials
                other = credentials
        return other

    def _correct(
        self,
        request: Request,
        account: Account | None,
        credentials: Credentials,
        number: str | None,
    ) -> bool:
        # Calculated for a number that does not exist too, for the same time.
        hashed = self._ha1(account, credentials, number)
        if not proves(hashed, request.method, credentials):
            return False
        return (
            account is not None
            and credentials.algorithm in self._offered(account)
            and _numberIn(credentials) == number
        )

    def _ha1(
        self, account: Account | None, credentials: Credentials, number: str | None
    ) -> str:
        # Of the user name as the phone writes it, with a domain or suffix.
        exists = account is not None and account.ha1 != ""
        if exists:
            self._decoy = account
        if credentials.username == number and credentials.algorithm == "MD5":
            return account.ha1 if exists and account is not None else _NO_HA1
        # To open a password takes 10 to 30 microseconds, which would show that a
        # number exists: for one that does not, another's is opened.
        opened = self._decoy and self._hashed(self._decoy, credentials)
        return opened if exists and opened else _NO_HA1

    def _hashed(self, account: Account, credentials: Credentials) -> str:
        # Only the HA1 by MD5 of the plain number is stored, so that a stolen
        # database holds no more.
        hashed = ha1 if credentials.algorithm == "MD5" else ha1OfSHA256
        try:
            return hashed(credentials.username, self._realm, self._opened(account))
        except VaultError:
            self.counts["unreadable"] += 1
            return _NO_HA1

    def _challenge(
        self,
        context: RequestContext,
        header: str,
        offered: tuple[str, ...],
        stale: bool = False,
    ) -> str:
        nonce = self._nonces.make(peerOf(context.flow), context.now)
        value = challenge(self._quoted, nonce, stale, offered[0])
        for algorithm in offered[1:]:
            other = challenge(self._quoted, nonce, stale, algorithm)
            value += f"\r\n{_FIELDS[header]}: {other}"
        return value

    def _spent(
        self, context: RequestContext, number: str, credentials: Credentials
    ) -> str:
        """
        Check that the nonce of correct credentials is not used up.

        @return: "proven" where it is not, else "stale" or "replayed".
        """
        nonce, request = credentials.nonce, context.request
        call, flow, now = request.first["call-id"], context.flow, context.now
        use = nonce, credentials.uses, call, request.cseq, flow, now
        uses = self._used.get(number)
        if uses is None:
            self._used[number] = (use,)
            return "proven"
        for last in uses:
            if last[4] == flow:
                break
        else:
            self._used[number] = (*self._current(uses, now), use)
            return "proven"
        if last[0] == nonce:
            if use[1] <= last[1]:
                # The count must grow, unless this repeats the last request.
                return "proven" if use[:4] == last[:4] else "replayed"
        elif serial(nonce) < serial(last[0]):
            return "stale"
        if len(uses) == 1:
            self._used[number] = (use,)
        else:
            self._used[number] = (*(each for each in uses if each is not last), use)
        return "proven"

    def _current(self, uses: tuple[_NonceUse, ...], now: float) -> list[_NonceUse]:
        # What was used longer ago than a nonce is good for cannot come again.
        since = now - self._nonces.lifetime
        return [use for use in uses if use[5] >= since][-FLOWS + 1 :]


def _numberIn(credentials: Credentials) -> str | None:
    # COMPAT: some phones add a domain to the user name.
    return numberOf(credentials.username.partition("@")[0])
