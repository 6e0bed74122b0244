# -*- test-case-name: tests.ratelimit.test_settings -*-
"""
The limits of every guard, as the configuration's C{[guard]} has them.

Layer 1 (state).
"""

from __future__ import annotations

from gigasetd.config.schema import Config
from gigasetd.ratelimit.guard import GuardLimits

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
