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
from gigasetd.model import Account
from gigasetd.phone.proven import Proven
from gigasetd.registry.registry import Registry
from gigasetd.sip.digest import Nonces
from gigasetd.sip.guard import Guard, GuardLimits
from gigasetd.web.handset import Callers
from gigasetd.web.proof import Proof
from gigasetd.web.redirect import Redirects


def proofs(
    config: Config, registry: Registry, opened: Callable[[Account], str]
) -> Proof:
    """
    How owners prove who they are from elsewhere.
    """
    nonces = Nonces(token_bytes(32), config.sip.nonce_lifetime)
    return Proof(registry, config.server.domain, opened, nonces, guarding(config))


def redirecting(
    config: Config,
    registry: Registry,
    callers: Callers,
    base: Callable[[], str],
    keep: Callable[[], Deferred[None]],
    now: Callable[[], float],
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
        guarding(config),
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


def guarding(config: Config) -> Guard:
    """
    What keeps those who guess away.
    """
    return Guard(config.guard.exempt.contains, guardLimits(config))


def guardLimits(config: Config) -> GuardLimits:
    """
    How much an address may ask and guess.
    """
    section = config.guard
    return GuardLimits(
        section.requests_per_second,
        section.burst,
        section.login_failures,
        section.failure_window,
        section.ban_seconds,
        section.max_addresses,
    )
