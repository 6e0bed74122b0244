# -*- test-case-name: tests.web.phone.test_redirect -*-
"""
The redirect service: a phone proves itself by the characters on its bar code
and is sent to its settings; an integrator's script says where these are.

Layer 3 (I/O).
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Sequence
from hmac import compare_digest
from typing import Any

from twisted.internet.defer import Deferred

from gigasetd.auth.digest import Nonces, challenge, parseCredentials, proves
from gigasetd.auth.passwords import ha1, tokenHash
from gigasetd.auth.quotedstring import quote
from gigasetd.devices.verifiedaddress import VerifiedAddresses
from gigasetd.provisioning.redirect import (
    Reply,
    check,
    deregister,
    destination,
    listed,
    register,
    secretOf,
)
from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.registry.mac import macOf
from gigasetd.registry.registry import Registry
from gigasetd.web.http.channel import Request
from gigasetd.web.http.query import parameters, splitTarget
from gigasetd.web.http.response import send, sendText
from gigasetd.web.phone.handset import Clients, header
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
LONGEST = 1024  #: characters of credentials that are read
NOBODY = "0" * 32  #: what an unknown device's answer is held against
TEMPORARY = 307  #: the phone asks again here next time (RFC 9110 section 15.4.8)

PER_DEVICE = GuardLimits(failures=10, window=86400.0, ban=3600.0)
"""Four characters are soon guessed, from however many addresses."""


class Redirects:
    """
    @ivar counts: what was asked, and how it was answered.
    """

    def __init__(
        self,
        registry: Registry,
        clients: Clients,
        realm: str,
        nonces: Nonces,
        guard: Guard,
        exempt: Callable[[str], bool],
        proven: VerifiedAddresses,
        base: Callable[[], str],
        keep: Callable[[], Deferred[None]],
        now: Callable[[], float],
    ) -> None:
        """
        @param guard: for addresses; devices have one of their own.
        @param exempt: whether an address is never limited.
        @param base: the address of our own pages.
        @param keep: makes all changes so far survive anything; fails with
            L{gigasetd.errors.StoreError}.
        """
        self.counts = dict.fromkeys(
            ("redirected", "challenged", "unproven", "limited", "stale", "calls"), 0
        )
        self.counts |= {"calls_denied": 0, "calls_bad": 0}
        self._registry = registry
        self._callers = clients
        self._realm = realm
        self._nonces = nonces
        self._guard = guard
        self._devices = Guard(lambda mac: False, PER_DEVICE)
        self._exempt = exempt
        self._proven = proven
        self._base = base
        self._keep = keep
        self._now = now
        registry.listen("device", self._changed)
        registry.listen("redirect", self._changed)

    def _changed(self, old: Any, new: Any) -> None:
        """
        A proof is worth nothing once its secret is another.
        """
        if old is not None and (new is None or old.mac_id != new.mac_id):
            self._proven.forget(old.mac)

    # phones

    def follow(self, request: Request) -> bytes:
        """
        C{/macredirect/ap}: a challenge, then the way.
        """
        host, now = self._callers.address(request), self._now()
        mac = macOf(parameters(request.query).get("mac", "")) or ""
        if not self._admits(host, mac, now):
            self.counts["limited"] += 1
            return sendText(request, "Too many requests.", 429)
        stale = self._prove(request, host, mac, now)
        if stale is not None:
            return self._challenge(request, host, now, stale)
        self.counts["redirected"] += 1
        self._guard.proven(host)
        self._proven.note(mac, host, now)
        own = f"{self._base()}/device/{mac}.xml"
        target = destination(self._registry, mac, own)
        request.setHeader(b"Location", target.encode("ascii"))
        return sendText(request, "The settings are elsewhere.", TEMPORARY)

    def _admits(self, host: str, mac: str, now: float) -> bool:
        """
        Whether somebody may try.
        """
        if not self._guard.admits(host, now):
            return False
        return self._exempt(host) or not mac or self._devices.admits(mac, now)

    def _prove(self, request: Request, host: str, mac: str, now: float) -> bool | None:
        """
        Look at the proof.

        @return: C{None} where it is good; else whether it merely came late.
        """
        text = header(request, b"Authorization")[:LONGEST]
        given = parseCredentials(text)
        if given is None or given.realm != self._realm:
            return False
        if splitTarget(given.uri.encode("latin-1"))[0] != request.path:
            return False
        right, method = False, request.method.decode("latin-1")
        # Everybody is put to the same trouble, so that nobody can tell from
        # the time which devices there are.
        for secret in self._secrets(mac, given.username):
            known = ha1(given.username, self._realm, secret) if secret else NOBODY
            right |= proves(known, method, given) and bool(secret)
        if not right or given.algorithm != "MD5":
            self.counts["unproven"] += 1
            self._guard.failed(host, now)
            if mac and not self._exempt(host):
                self._devices.failed(mac, now)
            return False
        if not self._nonces.fresh(given.nonce, host, now):
            self.counts["stale"] += 1
            return True
        return None

    def _secrets(self, mac: str, username: str) -> Sequence[str]:
        """
        What the device may have made its answer from; C{""} stands for
        nothing.
        """
        secret = secretOf(self._registry, mac) if macOf(username) == mac else ""
        return secret, secret.lower()

    def _challenge(self, request: Request, host: str, now: float, stale: bool) -> bytes:
        """
        Ask for a proof, whoever it is.
        """
        self.counts["challenged"] += 1
        nonce = self._nonces.make(host, now)
        text = challenge(quote(self._realm), nonce, stale)
        request.setHeader(b"WWW-Authenticate", text.encode("latin-1"))
        return sendText(request, "The device has to prove itself.", 401)

    # integrators

    async def call(self, request: Request) -> bytes:
        """
        C{/apxml/rpc.do}.
        """
        if request.method != b"POST":
            request.setHeader(b"Allow", b"POST")
            return sendText(request, "XML-RPC is asked by POST.", 405)
        if not self._known(header(request, b"Authorization")):
            self.counts["calls_denied"] += 1
            request.setHeader(
                b"WWW-Authenticate", b'Basic realm="gigasetd", charset="UTF-8"'
            )
            return sendText(request, "A token's name and the token are needed.", 401)
        self.counts["calls"] += 1
        before = self._registry.journal.number
        try:
            reply = self._answer(request.content.read())
        except BadCall as wrong:
            self.counts["calls_bad"] += 1
            return send(request, encodeFault(wrong), XML)
        if self._registry.journal.number > before:
            await self._keep()
        return send(request, encodeReply(reply), XML)

    def _known(self, text: str) -> bool:
        """
        Whether an Authorization header holds one of our tokens (RFC 7617).
        """
        scheme, _, coded = text[:LONGEST].partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            name, _, secret = b64decode(coded.strip()).decode("utf-8").partition(":")
        except (Error, ValueError):
            return False
        token = self._registry.tokens.get(name)
        kept = token.hash if token else "-" * 64
        return compare_digest(kept.encode(), tokenHash(secret).encode())

    def _answer(self, body: bytes) -> Reply:
        """
        Do what a call asks for.

        @raise BadCall: there is no such thing.
        """
        method, arguments = parseCall(body)
        word = method.removeprefix("autoprov.")
        forms = FORMS.get(word) if method != word else None
        if forms is None:
            raise BadCall(NO_METHOD, "there is no such method")
        if not _fits(arguments, forms):
            raise BadCall(BAD_PARAMETERS, f"{word} takes {forms}")
        return self._do(word, *arguments)

    def _do(self, word: str, *arguments: Any) -> Reply:
        """
        One of the six.
        """
        registry, now = self._registry, self._now()
        first: Any = arguments[0] if arguments else ""
        if word.startswith("register"):
            macs = first if isinstance(first, list) else [first]
            return register(registry, macs, arguments[1], arguments[2], now)
        if word.startswith("deregister"):
            return deregister(registry, first if isinstance(first, list) else [first])
        if word == "checkDevice":
            return check(registry, first)
        return listed(registry, first)


FORMS = {
    "registerDevice": "(macID, url, name)",
    "deregisterDevice": "(mac)",
    "listDevices": "([name])",
    "checkDevice": "(mac)",
    "registerDeviceList": "(list, url, name)",
    "deregisterDeviceList": "(list)",
}
"""Method -> its parameters."""


def _fits(arguments: Sequence[RpcValue], forms: str) -> bool:
    """
    Whether arguments are as many, and of the kinds, as a method takes.
    """
    names = forms.strip("()").split(", ")
    least = sum(not name.startswith("[") for name in names)
    if not least <= len(arguments) <= len(names):
        return False
    return all(
        isinstance(given, list) == (name == "list")
        for given, name in zip(arguments, names)
    )
