# -*- test-case-name: tests.web.test_redirect -*-
"""
How owners, phones and integrators prove who they are, from the configuration.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_bytes

from twisted.internet.defer import Deferred, succeed

from gigasetd.config import Config
from gigasetd.following import GUARD
from gigasetd.live import Live
from gigasetd.model import Account
from gigasetd.phone.proven import Proven
from gigasetd.registry.registry import Registry
from gigasetd.sip.digest import Nonces
from gigasetd.sip.following import guardLimits
from gigasetd.sip.guard import Guard
from gigasetd.web.handset import Callers
from gigasetd.web.proof import Proof
from gigasetd.web.redirect import Redirects


def proofs(
    config: Config,
    registry: Registry,
    opened: Callable[[Account], str],
    live: Live,
) -> Proof:
    """
    How owners prove who they are from elsewhere.
    """
    nonces = Nonces(token_bytes(32), config.sip.nonce_lifetime)
    guard = guarding(config, live, "http")
    return Proof(registry, config.server.domain, opened, nonces, guard)


def redirecting(
    config: Config,
    registry: Registry,
    callers: Callers,
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
    proven = callers.proven = Proven(now)
    return Redirects(
        registry,
        callers,
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
