"""
Tests for L{gigasetd.sip.reload}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.schema import KEYS as KNOWN
from gigasetd.config.sections.sip import SipSection
from gigasetd.sip.contact import ExpiryLimits
from gigasetd.sip.reload import (
    KEYS,
    STREAMS,
    echoLimits,
    registrationLimits,
    subscriptionLimits,
)


class LimitsTests(SynchronousTestCase):
    """
    Limits made of the section.
    """

    def test_keys(self) -> None:
        """
        All keys that a reload applies exist.
        """
        self.assertLessEqual({*KEYS, *STREAMS}, KNOWN.keys())

    def test_registrations(self) -> None:
        """
        Each key stands for its own limit.
        """
        sip = SipSection(
            shortest_expires=61,
            usual_expires=62,
            longest_expires=63,
            nat_expires=64,
            max_contacts=5,
        )
        limits = registrationLimits(sip)
        self.assertEqual(limits.expiry, ExpiryLimits(61, 62, 63))
        self.assertEqual((limits.behindNAT, limits.contacts), (64, 5))

    def test_others(self) -> None:
        """
        So do those of subscriptions and echo calls.
        """
        sip = SipSection(
            max_subscriptions=7, max_contacts=5, echo_calls=3, echo_seconds=9
        )
        subscriptions, echo = subscriptionLimits(sip), echoLimits(sip)
        self.assertEqual((subscriptions.total, subscriptions.each), (7, 5))
        self.assertEqual((echo.calls, echo.seconds, echo.reflects), (3, 9, True))
