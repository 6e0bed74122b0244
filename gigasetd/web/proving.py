# -*- test-case-name: tests.web.phone.test_redirect -*-
"""
How owners, phones and integrators prove who they are, from the configuration.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_bytes

from twisted.internet.defer import Deferred, succeed

from gigasetd.auth.digest import Nonces
from gigasetd.config.reload import GUARD
from gigasetd.config.schema import Config
from gigasetd.ratelimit.guard import Guard
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.sip.reload import guardLimits
from gigasetd.site.live import Live
from gigasetd.web.http.clients import Clients
from gigasetd.web.http.digestauth import DigestAuth, DigestRealm
from gigasetd.web.phone.redirect import RedirectGuard, Redirects


def digestAuthOf(
    config: Config,
    registry: Registry,
    opened: Callable[[Account], str],
    live: Live,
) -> DigestAuth:
    """
    How owners prove who they are from elsewhere.
    """
    guard = guarding(config, live, "http")
    return DigestAuth(registry, _realm(config), opened, guard)


def redirecting(
    config: Config,
    registry: Registry,
    clients: Clients,
    base: Callable[[], str],
    now: Callable[[], float],
    live: Live,
) -> Redirects:
    """
    Build the redirect service.

    @param base: returns the URL of this server's own pages.
    """
    addresses = guarding(config, live, "redirect")
    guard = RedirectGuard(addresses, config.guard.exempt.contains)
    return Redirects(registry, clients, _realm(config), guard, base, now)


def _realm(config: Config) -> DigestRealm:
    nonces = Nonces(token_bytes(32), config.sip.nonce_lifetime)
    return DigestRealm(config.server.domain, nonces)


def settled(number: int) -> Deferred[None]:
    """
    Where nothing is slower than settling itself.
    """
    return succeed(None)


def guarding(config: Config, live: Live, part: str) -> Guard:
    """
    What keeps those who guess away.

    @param part: of what, for the operator.
    """
    guard = Guard(config.guard.exempt.contains, guardLimits(config))

    def take(new: Config) -> None:
        """
        Have the limits of a new configuration.
        """
        guard.limits = guardLimits(new)

    live.guards[part] = guard
    live.following.add(GUARD, take)
    return guard
