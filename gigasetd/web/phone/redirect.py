# -*- test-case-name: tests.web.phone.test_redirect -*-
"""
The redirect service: a phone authenticates with the MAC-ID of its bar code
and is redirected to its settings.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gigasetd.auth.digest import Credentials, proves
from gigasetd.auth.passwords import ha1
from gigasetd.provisioning.redirect import destination, secretOf
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.registry.mac import macOf
from gigasetd.registry.registry import Registry
from gigasetd.web.http.channel import Request
from gigasetd.web.http.clients import Clients
from gigasetd.web.http.digestauth import UNKNOWN_HA1, DigestRealm
from gigasetd.web.http.query import parameters
from gigasetd.web.http.response import sendText

TEMPORARY = 307  #: the phone asks here again next time (RFC 9110 section 15.4.8)


class Redirects:
    """
    @ivar counts: outcomes, by name; they only grow.
    """

    def __init__(
        self,
        registry: Registry,
        clients: Clients,
        realm: DigestRealm,
        guard: GuessGuard,
        base: Callable[[], str],
        now: Callable[[], float],
    ) -> None:
        """
        @param base: returns the URL of this server's own pages.
        """
        self.counts = dict.fromkeys(
            ("redirected", "challenged", "unproven", "limited", "stale"), 0
        )
        self._registry = registry
        self._clients = clients
        self._realm = realm
        self._guard = guard
        self._base = base
        self._now = now
        registry.listen("device", self._secretChanged)
        registry.listen("redirect", self._secretChanged)

    def _secretChanged(self, old: Any, new: Any) -> None:
        if old is not None and (new is None or old.mac_id != new.mac_id):
            self._clients.proven.forget(old.mac)

    def follow(self, request: Request) -> bytes:
        """
        Answer C{/macredirect/ap}: 401 with a challenge, then 307 to the
        phone's settings.
        """
        host, now = self._clients.address(request), self._now()
        mac = macOf(parameters(request.query).get("mac", "")) or ""
        if not self._guard.sources.admits(host, now):
            return self._limit(request)
        credentials = self._realm.credentials(request)
        if credentials is None:
            return self._challenge(request, host, now)
        if not self._realm.isFresh(credentials, host, now):
            # Right or wrong, it proves nothing, so it is no guess either.
            self.counts["stale"] += 1
            return self._challenge(request, host, now, stale=True)
        if not self._guard.admitsPair(host, mac, now):
            return self._limit(request)
        if not self._proves(request, mac, credentials):
            self.counts["unproven"] += 1
            self._guard.failed(host, mac, now)
            return self._challenge(request, host, now)
        return self._redirect(request, mac, host, now)

    def _limit(self, request: Request) -> bytes:
        self.counts["limited"] += 1
        return sendText(request, "Too many requests.", 429)

    def _redirect(self, request: Request, mac: str, host: str, now: float) -> bytes:
        self.counts["redirected"] += 1
        self._guard.proven(host, mac)
        device = self._registry.devices.get(mac)
        if device is not None and device.mac_id:
            # With the characters of a redirect, only its integrator has proven
            # itself: that opens nothing of a device that is here.
            self._clients.proven.note(mac, host, now)
        default = f"{self._base()}/device/{mac}.xml"
        target = destination(self._registry, mac, default)
        request.setHeader(b"Location", target.encode("ascii"))
        return sendText(request, "The settings are elsewhere.", TEMPORARY)

    def _proves(self, request: Request, mac: str, credentials: Credentials) -> bool:
        right, method = False, request.method.decode("latin-1")
        # Unknown devices cost as much time as known ones, so that the time
        # does not tell which devices there are.
        for secret in self._secrets(mac, credentials.username):
            name, realm = credentials.username, self._realm.name
            known = ha1(name, realm, secret) if secret else UNKNOWN_HA1
            right |= proves(known, method, credentials) and bool(secret)
        return right and credentials.algorithm == "MD5"

    def _secrets(self, mac: str, username: str) -> Sequence[str]:
        # No document says in which case a phone hashes its MAC-ID: both count.
        secret = secretOf(self._registry, mac) if macOf(username) == mac else ""
        return secret, secret.lower()

    def _challenge(
        self, request: Request, host: str, now: float, stale: bool = False
    ) -> bytes:
        self.counts["challenged"] += 1
        self._realm.challenge(request, host, now, stale)
        return sendText(request, "The device has to authenticate.", 401)
