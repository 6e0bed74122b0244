# -*- test-case-name: tests.web.phone.test_redirectapi -*-
"""
The redirect service's XML-RPC API: integrators register where the settings of
their devices are.

Layer 3 (I/O).
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Sequence
from hmac import compare_digest
from typing import Any

from twisted.internet.defer import Deferred

from gigasetd.auth.passwords import tokenHash
from gigasetd.auth.tokens import mayManage, mayRedirect
from gigasetd.errors import BadValue
from gigasetd.provisioning.redirect import (
    Reply,
    check,
    deregister,
    guessed,
    listed,
    register,
)
from gigasetd.ratelimit.guard import Guard
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.registry.model import Token
from gigasetd.registry.registry import Registry
from gigasetd.web.http.channel import Request
from gigasetd.web.http.headers import header
from gigasetd.web.http.response import send, sendText
from gigasetd.web.phone.xmlrpc import (
    BAD_PARAMETERS,
    NO_METHOD,
    BadCall,
    RpcValue,
    encodeFault,
    encodeReply,
    parseCall,
)

XML = b"text/xml; charset=utf-8"
LONGEST = 1024  #: characters of an C{Authorization} that are read

LIMITED = (
    "Too many calls, wrong tokens or wrong MAC-IDs from this address. Try again later."
)
SCOPE = "This token's scope is {}; the redirect API needs redirect or admin."

SIGNATURES = {
    "registerDevice": "(macID, url, name)",
    "deregisterDevice": "(mac)",
    "listDevices": "([name])",
    "checkDevice": "(mac)",
    "registerDeviceList": "(list, url, name)",
    "deregisterDeviceList": "(list)",
}
"""Method -> its parameters; optional ones in brackets."""


class Guesses(Exception):
    """
    A call names a device at which its source has guessed too often.
    """


class RedirectApi:
    """
    @ivar counts: calls and refusals, by name; they only grow.
    """

    def __init__(
        self,
        registry: Registry,
        persist: Callable[[], Deferred[None]],
        now: Callable[[], float],
        guard: Guard,
        guesses: GuessGuard,
        address: Callable[[Request], str],
    ) -> None:
        """
        @param guard: limits the calls and the wrong tokens of each source.
        @param guesses: limits wrong MAC-IDs, by source and device.
        @param address: returns the address of a request's client.
        @param persist: saves all changes so far; fails with
            L{gigasetd.errors.StoreError}.
        """
        self.counts = {
            "calls": 0,
            "calls_denied": 0,
            "calls_scope": 0,
            "calls_limited": 0,
            "calls_bad": 0,
        }
        self._registry = registry
        self._persist = persist
        self._now = now
        self._guard = guard
        self._guesses = guesses
        self._address = address

    async def call(self, request: Request) -> bytes:
        """
        Answer C{/apxml/rpc.do}, once a change is on disk.
        """
        if request.method != b"POST":
            request.setHeader(b"Allow", b"POST")
            return sendText(request, "XML-RPC calls must use POST.", 405)
        token = self._admitted(request)
        if isinstance(token, bytes):
            return token
        self.counts["calls"] += 1
        before = self._registry.journal.number
        try:
            reply = self._reply(request, token)
        except Guesses:
            return self._limit(request)
        except BadCall as error:
            self.counts["calls_bad"] += 1
            return send(request, encodeFault(error), XML)
        if self._registry.journal.number > before:
            await self._persist()
        return send(request, encodeReply(reply), XML)

    def _limit(self, request: Request) -> bytes:
        self.counts["calls_limited"] += 1
        return sendText(request, LIMITED, 429)

    def _admitted(self, request: Request) -> Token | bytes:
        """
        Refuse a call that is one too many, or has no token that may make it.

        @return: the token, or the body of the refusal.
        """
        host, now = self._address(request), self._now()
        if not self._guard.admits(host, now):
            return self._limit(request)
        authorization = header(request, b"Authorization")
        token = self._token(authorization)
        if token is None:
            if authorization:
                self._guard.failed(host, now)
            self.counts["calls_denied"] += 1
            request.setHeader(
                b"WWW-Authenticate", b'Basic realm="gigasetd", charset="UTF-8"'
            )
            return sendText(request, "A token's name and the token are needed.", 401)
        self._guard.proven(host)
        if not mayRedirect(token.scope):
            self.counts["calls_scope"] += 1
            return sendText(request, SCOPE.format(token.scope), 403)
        return token

    def _token(self, authorization: str) -> Token | None:
        """
        Return the token whose name and secret are in Basic credentials (RFC 7617).
        """
        scheme, _, coded = authorization[:LONGEST].partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            name, _, secret = b64decode(coded.strip()).decode("utf-8").partition(":")
        except (Error, ValueError):
            return None
        token = self._registry.tokens.get(name)
        # An unknown name takes as long as a wrong token.
        expected = token.hash if token else "-" * 64
        right = compare_digest(expected.encode(), tokenHash(secret).encode())
        return token if right else None

    def _reply(self, request: Request, token: Token) -> Reply:
        """
        Perform a call.

        @raise BadCall: the method is unknown or its parameters are wrong.
        @raise Guesses: its source has sent too many wrong MAC-IDs.
        """
        name, arguments = parseCall(request.content.read())
        values: Sequence[Any] = arguments
        method = name.removeprefix("autoprov.")
        signature = SIGNATURES.get(method) if name != method else None
        if signature is None:
            raise BadCall(NO_METHOD, "there is no such method")
        if not _fits(arguments, signature):
            raise BadCall(BAD_PARAMETERS, f"{method} takes {signature}")
        if not method.startswith("register"):
            return self._perform(method, *arguments)
        macIds, url, provider = values
        macs = macIds if isinstance(macIds, list) else [macIds]
        manages = mayManage(token.scope)
        if not manages:
            self._countGuesses(self._address(request), macs)
        return register(self._registry, macs, url, provider, self._now(), manages)

    def _countGuesses(self, host: str, macIds: list[str]) -> None:
        # A device's MAC-ID opens its settings, with its password.  The answers tell
        # a right MAC-ID from a wrong one, so guesses are as limited as at the
        # redirect service itself.
        try:
            guesses = guessed(self._registry, macIds)
        except BadValue as error:
            raise BadCall(BAD_PARAMETERS, str(error)) from None
        now = self._now()
        if not all(self._guesses.holds(host, mac, now) for mac in guesses):
            raise Guesses
        for mac, right in guesses.items():
            if not right:
                self._guesses.failed(host, mac, now)

    def _perform(self, method: str, *arguments: Any) -> Reply:
        registry = self._registry
        first: Any = arguments[0] if arguments else ""
        if method.startswith("deregister"):
            return deregister(registry, first if isinstance(first, list) else [first])
        if method == "checkDevice":
            return check(registry, first)
        return listed(registry, first)


def _fits(arguments: Sequence[RpcValue], signature: str) -> bool:
    names = signature.strip("()").split(", ")
    least = sum(not name.startswith("[") for name in names)
    if not least <= len(arguments) <= len(names):
        return False
    return all(
        isinstance(value, list) == (name == "list")
        for value, name in zip(arguments, names)
    )
