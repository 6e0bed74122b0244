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
from gigasetd.devices.verifiedaddress import VerifiedAddresses
from gigasetd.ratelimit.guard import Guard
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.sip.reload import guardLimits
from gigasetd.site.live import Live
from gigasetd.web.http.digestauth import DigestAuth
from gigasetd.web.phone.handset import Clients
from gigasetd.web.phone.redirect import Redirects


def digestAuthOf(
    config: Config,
    registry: Registry,
    opened: Callable[[Account], str],
    live: Live,
) -> DigestAuth:
    """
    How owners prove who they are from elsewhere.
    """
    nonces = Nonces(token_bytes(32), config.sip.nonce_lifetime)
    guard = guarding(config, live, "http")
    return DigestAuth(registry, config.server.domain, opened, nonces, guard)


def redirecting(
    config: Config,
    registry: Registry,
    clients: Clients,
    base: Callable[[], str],
    keep: Callable[[], Deferred[None]],
    now: Callable[[], float],
    live: Live,
) -> Redirects:
    """
    The redirect service; what phones prove to it, all pages believe.

    @param base: tells the address of our own pages.
    @param keep: makes all changes so far safe.
    """
    proven = clients.proven = VerifiedAddresses()
    return Redirects(
        registry,
        clients,
        config.server.domain,
        Nonces(token_bytes(32), config.sip.nonce_lifetime),
        guarding(config, live, "redirect"),
        config.guard.exempt.contains,
        proven,
        base,
        keep,
        now,
    )


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
