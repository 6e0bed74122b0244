# -*- test-case-name: tests.ratelimit.test_settings -*-
"""
The limits of every guard, as the configuration's C{[guard]} has them.

Layer 1 (state).
"""

from __future__ import annotations

from gigasetd.config.schema import Config
from gigasetd.ratelimit.guard import GuardLimits
from gigasetd.ratelimit.source import Sources

GUARD = tuple(
    f"guard.{name}"
    for name in (
        "requests_per_second",
        "burst",
        "login_failures",
        "failure_window",
        "ban_seconds",
        "max_addresses",
    )
)
"""The keys that every guard follows at a reload."""

CONTESTED = "guard.account_failures"
"""The key that every L{gigasetd.ratelimit.guessguard.GuessGuard} of accounts
follows."""

SOURCE = ("guard.ipv4_prefix", "guard.ipv6_prefix")
"""The keys that L{Sources} follow at a reload."""


def guardLimits(config: Config) -> GuardLimits:
    """
    How many requests and failed log-ins a source may have.
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


def sourcesOf(config: Config) -> Sources:
    """
    Build what tells the source of an address.
    """
    return Sources(config.guard.ipv4_prefix, config.guard.ipv6_prefix)


def followSources(sources: Sources, config: Config) -> None:
    """
    Apply the prefixes of a new configuration.
    """
    sources.divide(config.guard.ipv4_prefix, config.guard.ipv6_prefix)
