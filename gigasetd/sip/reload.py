# -*- test-case-name: tests.sip.test_reload -*-
"""
The configuration keys of SIP that a reload applies, and limits made of them.

Layer 4 (assembly).
"""

from __future__ import annotations

from gigasetd.config.sections.sip import SipSection
from gigasetd.ratelimit.settings import CONTESTED, GUARD
from gigasetd.ratelimit.shares import ShareLimits
from gigasetd.sip.contact import ExpiryLimits
from gigasetd.sip.dispatcher import DispatcherLimits
from gigasetd.sip.echo.useragent import EchoLimits
from gigasetd.sip.message.message import MessageLimits
from gigasetd.sip.registrar import RegistrationLimits
from gigasetd.sip.subscriptions import SubscriptionLimits
from gigasetd.sip.tcp import StreamLimits

KEYS = (
    *GUARD,
    CONTESTED,
    "sip.max_contacts",
    "sip.max_enrolled",
    "sip.shortest_expires",
    "sip.usual_expires",
    "sip.longest_expires",
    "sip.nat_expires",
    "sip.ring_timeout",
    "sip.max_transactions",
    "sip.max_unregistered_transactions",
    "sip.max_unregistered_per_source",
    "sip.max_calls",
    "sip.max_subscriptions",
    "sip.echo_calls",
    "sip.echo_calls_each",
    "sip.echo_seconds",
)
"""Applied by L{gigasetd.sip.rules.Rules.follow}."""

STREAMS = (
    "sip.max_streams",
    "sip.max_streams_per_address",
    "sip.max_unproven_streams_per_address",
    "sip.reserved_streams",
    "sip.stream_greeting",
    "sip.stream_unproven",
    "sip.stream_idle",
    "sip.stream_timeout",
)
"""Applied by the listeners for TCP."""


def expiryLimits(sip: SipSection) -> ExpiryLimits:
    """
    Return how long registrations and subscriptions last.
    """
    return ExpiryLimits(sip.shortest_expires, sip.usual_expires, sip.longest_expires)


def registrationLimits(sip: SipSection) -> RegistrationLimits:
    """
    Return what a registration may cost.
    """
    return RegistrationLimits(expiryLimits(sip), sip.nat_expires, sip.max_contacts)


def dispatcherLimits(sip: SipSection) -> DispatcherLimits:
    """
    Return what may be under way.
    """
    return DispatcherLimits(
        MessageLimits(headers=sip.max_headers, body=sip.max_message),
        sip.max_transactions,
        sip.max_unregistered_transactions,
        sip.max_unregistered_per_source,
    )


def subscriptionLimits(sip: SipSection) -> SubscriptionLimits:
    """
    Return how many subscriptions there may be.
    """
    return SubscriptionLimits(sip.max_subscriptions, sip.max_contacts)


def streamLimits(sip: SipSection) -> StreamLimits:
    """
    Return what connections may cost; never more than half of them are a reserve.
    """
    most = sip.max_streams
    return StreamLimits(
        ShareLimits(
            most,
            sip.max_streams_per_address,
            sip.max_unproven_streams_per_address,
            min(sip.reserved_streams, most // 2),
        ),
        sip.stream_greeting,
        sip.stream_unproven,
        sip.stream_idle,
        sip.stream_timeout,
    )


def echoLimits(sip: SipSection) -> EchoLimits:
    """
    Return what echo calls may cost.
    """
    return EchoLimits(
        calls=sip.echo_calls, each=sip.echo_calls_each, seconds=sip.echo_seconds
    )
