# -*- test-case-name: tests.sip.test_reload -*-
"""
The limits of SIP that change while it runs; what is under way keeps those
that it began with.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.config.reload import GUARD
from gigasetd.config.schema import Config
from gigasetd.config.sections.sip import SipSection
from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.sip.autoenrol import Enrolment
from gigasetd.sip.calls import Calls
from gigasetd.sip.contact import ExpiryLimits
from gigasetd.sip.dispatcher import Layer
from gigasetd.sip.echo.useragent import Echo
from gigasetd.sip.notifier import Subscriptions
from gigasetd.sip.proxy import Proxy
from gigasetd.sip.registrar import Registrar
from gigasetd.sip.subscriptions import SubscriptionLimits

KEYS = (
    *GUARD,
    "sip.max_contacts",
    "sip.max_enrolled",
    "sip.shortest_expires",
    "sip.usual_expires",
    "sip.longest_expires",
    "sip.nat_expires",
    "sip.ring_timeout",
    "sip.max_transactions",
    "sip.max_calls",
    "sip.max_subscriptions",
    "sip.echo_calls",
    "sip.echo_seconds",
)
"""What L{following} takes over."""

STREAMS = (
    "sip.max_streams",
    "sip.max_streams_per_address",
    "sip.stream_idle",
    "sip.stream_timeout",
)
"""What listeners for TCP take over."""


def following(
    guard: Guard,
    enrolment: Enrolment,
    registrar: Registrar,
    proxy: Proxy,
    calls: Calls,
    echo: Echo,
    directory: Echo,
    subscriptions: Subscriptions,
    layer: Layer,
) -> Callable[[Config], None]:
    """
    Hand the new limits to each of these.
    """

    def take(config: Config) -> None:
        """
        As the new configuration has them.
        """
        sip = config.sip
        guard.limits = guardLimits(config)
        enrolment.most = sip.max_enrolled
        registrar.limits = subscriptions.expiry = expiryLimits(sip)
        registrar.longestBehindNAT = sip.nat_expires
        registrar.mostContacts = sip.max_contacts
        proxy.ringTimeout = sip.ring_timeout
        calls.most = sip.max_calls
        echo.limits = echo.limits._replace(
            calls=sip.echo_calls, seconds=sip.echo_seconds
        )
        directory.limits = directory.limits._replace(calls=sip.echo_calls)
        subscriptions.limits = SubscriptionLimits(
            sip.max_subscriptions, sip.max_contacts
        )
        layer.mostTransactions = sip.max_transactions

    return take


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


def expiryLimits(sip: SipSection) -> ExpiryLimits:
    """
    How long registrations and subscriptions last.
    """
    return ExpiryLimits(sip.shortest_expires, sip.usual_expires, sip.longest_expires)
