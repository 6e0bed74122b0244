# -*- test-case-name: tests.web.phone.test_directory -*-
"""
HTTP Digest by an account's number and password (RFC 7616; MD5 and C{auth}
alone, since phones know nothing else).

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable

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
from gigasetd.ratelimit.guard import Guard
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.web.http.channel import Request
from gigasetd.web.http.query import splitTarget
from gigasetd.web.http.response import sendText

NOBODY = "0" * 32  #: what an unknown account's answer is held against
LONGEST = 1024  #: characters of credentials that are read


class DigestAuth:
    """
    @ivar counts: proofs that were right, wrong, too old.
    """

    def __init__(
        self,
        registry: Registry,
        realm: str,
        opened: Callable[[Account], str],
        nonces: Nonces,
        guard: Guard,
    ) -> None:
        """
        @param opened: tells an account's password, or raises L{VaultError}.
        """
        self._registry = registry
        self._realm = realm
        self._opened = opened
        self._nonces = nonces
        self._guard = guard
        self.counts = {"proven": 0, "unproven": 0, "stale": 0, "limited": 0}

    def admits(self, host: str, now: float) -> bool:
        """
        Whether C{host} may try at all.
        """
        admitted = self._guard.admits(host, now)
        self.counts["limited"] += not admitted
        return admitted

    def prove(self, request: Request, host: str, now: float) -> Account | bytes:
        """
        The account whose password the request was made with; else a challenge
        as the answer, which is the same whatever was wrong.
        """
        raw = (request.requestHeaders.getRawHeaders(b"Authorization") or [b""])[0]
        given = parseCredentials(raw[:LONGEST].decode("latin-1"))
        if given is None or given.realm != self._realm:
            return self._challenge(request, host, now)
        if splitTarget(given.uri.encode("latin-1"))[0] != request.path:
            return self._challenge(request, host, now)
        account = self._account(given)
        method = request.method.decode("latin-1")
        right = proves(self._secret(account, given), method, given)
        if account is None or not right or given.algorithm != "MD5":
            self.counts["unproven"] += 1
            self._guard.failed(host, now)
            return self._challenge(request, host, now)
        if not self._nonces.fresh(given.nonce, host, now):
            self.counts["stale"] += 1
            return self._challenge(request, host, now, True)
        self.counts["proven"] += 1
        self._guard.proven(host)
        return account

    def _account(self, given: Credentials) -> Account | None:
        """
        Who somebody says they are; phones add suffix or domain.
        """
        name = given.username.partition("@")[0]
        for end in ("#9", "%239"):
            name = name.removesuffix(end)
        account = self._registry.accounts.get(name)
        return account if account is not None and account.ha1 else None

    def _secret(self, account: Account | None, given: Credentials) -> str:
        """
        What the answer must have been made from; a phone hashes its name as
        it writes it.
        """
        if account is None:
            return NOBODY
        if given.username == account.number:
            return account.ha1
        try:
            return ha1(given.username, self._realm, self._opened(account))
        except VaultError:
            return NOBODY

    def _challenge(
        self, request: Request, host: str, now: float, stale: bool = False
    ) -> bytes:
        """
        Ask for a proof.
        """
        nonce = self._nonces.make(host, now)
        text = challenge(quote(self._realm), nonce, stale)
        request.setHeader(b"WWW-Authenticate", text.encode("latin-1"))
        return sendText(request, "A number and its password are needed.", 401)
