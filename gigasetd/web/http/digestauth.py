# -*- test-case-name: tests.web.http.test_digestauth -*-
"""
HTTP Digest authentication (RFC 7616), with MD5 and C{auth} only: phones know
nothing else.

Not L{twisted.web.guard}, for the reasons that L{gigasetd.auth.digest} gives.

Layer 3 (I/O).
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
from gigasetd.auth.passwords import ha1
from gigasetd.auth.quotedstring import quote
from gigasetd.keys.sealing import VaultError
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.web.http.channel import Request
from gigasetd.web.http.headers import header
from gigasetd.web.http.query import splitTarget
from gigasetd.web.http.response import sendText

UNKNOWN_HA1 = "0" * 32
"""The hash that a response for an unknown name is compared with, so that its
answer takes as long as any other."""

LONGEST = 1024  #: characters of an C{Authorization} that are read
LONGEST_NAME = 64  #: characters of a user name that are compared


class DigestRealm(NamedTuple):
    """
    A realm with the nonces of its challenges.

    Each nonce is for one source: others cannot answer it, so that none is blamed
    for what another has sent.
    """

    name: str
    nonces: Nonces
    source: Callable[[str], str] = str  #: returns the source of an address

    def credentials(self, request: Request) -> Credentials | None:
        """
        Return the request's credentials for this realm and path, C{None} for
        none.
        """
        credentials = parseCredentials(header(request, b"Authorization")[:LONGEST])
        if credentials is None or credentials.realm != self.name:
            return None
        if splitTarget(credentials.uri.encode("latin-1"))[0] != request.path:
            return None
        return credentials

    def challenge(
        self, request: Request, host: str, now: float, stale: bool = False
    ) -> None:
        """
        Set C{WWW-Authenticate} to a new challenge.

        @param stale: whether the nonce of the credentials was not looked at
            further: it is too old, or was sent to another source.
        """
        nonce = self.nonces.make(self.source(host), now)
        text = challenge(quote(self.name), nonce, stale)
        request.setHeader(b"WWW-Authenticate", text.encode("latin-1"))

    def isFresh(self, credentials: Credentials, host: str, now: float) -> bool:
        """
        Tell whether the credentials answer a challenge that was sent to C{host}'s
        source not long ago.
        """
        return self.nonces.fresh(credentials.nonce, self.source(host), now)


class DigestAuth:
    """
    Authenticates accounts by number and password.

    @ivar counts: outcomes, by name; they only grow.
    """

    def __init__(
        self,
        registry: Registry,
        realm: DigestRealm,
        opened: Callable[[Account], str],
        guard: GuessGuard,
    ) -> None:
        """
        @param opened: returns an account's password; raises L{VaultError}.
        """
        self._registry = registry
        self._realm = realm
        self._opened = opened
        self._guard = guard
        self._decoy: Account | None = None
        self.counts = {"proven": 0, "unproven": 0, "stale": 0, "limited": 0}

    def admits(self, host: str, now: float) -> bool:
        """
        Tell whether the rate limit lets C{host} send credentials now.
        """
        admitted = self._guard.sources.admits(host, now)
        self.counts["limited"] += not admitted
        return admitted

    def authenticate(self, request: Request, host: str, now: float) -> Account | bytes:
        """
        Return the account whose password the request proves, else the body of
        a 401, or of a 429 after too many wrong guesses; the challenge is the same
        whatever was wrong.
        """
        credentials = self._realm.credentials(request)
        if credentials is None:
            return self._unauthorized(request, host, now)
        if not self._realm.isFresh(credentials, host, now):
            # Right or wrong, it proves nothing, so it is no guess either.
            self.counts["stale"] += 1
            return self._unauthorized(request, host, now, stale=True)
        number = _numberOf(credentials)
        if not self._guard.admitsPair(host, number, now):
            self.counts["limited"] += 1
            return sendText(request, "Too many requests.", 429)
        account = self._account(number)
        method = request.method.decode("latin-1")
        right = proves(self._ha1(account, credentials, number), method, credentials)
        if account is None or not right or credentials.algorithm != "MD5":
            self.counts["unproven"] += 1
            self._guard.failed(host, number, now)
            return self._unauthorized(request, host, now)
        self.counts["proven"] += 1
        self._guard.proven(host, number)
        return account

    def _account(self, number: str) -> Account | None:
        account = self._registry.accounts.get(number)
        return account if account is not None and account.ha1 else None

    def _ha1(
        self, account: Account | None, credentials: Credentials, number: str
    ) -> str:
        exists, name = account is not None, credentials.username
        # As in SIP: for a number that does not exist another's password is opened,
        # so that the time does not show which numbers there are.
        self._decoy = account = account or self._decoy
        if account is None or name == number:
            return account.ha1 if account and exists else UNKNOWN_HA1
        # A phone hashes its name as it writes it, with suffix or domain.
        try:
            known = ha1(name, self._realm.name, self._opened(account))
        except VaultError:
            return UNKNOWN_HA1
        return known if exists else UNKNOWN_HA1

    def _unauthorized(
        self, request: Request, host: str, now: float, stale: bool = False
    ) -> bytes:
        self._realm.challenge(request, host, now, stale)
        return sendText(request, "A number and its password are needed.", 401)


def _numberOf(credentials: Credentials) -> str:
    # Phones append the suffix of Gigaset.net numbers, or the SIP domain.
    name = credentials.username.partition("@")[0]
    for suffix in ("#9", "%239"):
        name = name.removesuffix(suffix)
    return name[:LONGEST_NAME]
