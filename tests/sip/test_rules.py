"""
Tests for L{gigasetd.sip.rules}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.auth.passwords import ha1
from gigasetd.config.networks import Networks
from gigasetd.config.schema import Config
from gigasetd.config.sections.sip import GuardSection, SipSection
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.sip.build import rules

STRICT = GuardSection(exempt=Networks([]), burst=2, requests_per_second=1)


class FollowingTests(SynchronousTestCase):
    """
    Tests for L{gigasetd.sip.rules.Rules.follow}.
    """

    def setUp(self) -> None:
        """
        Rules with the built-in limits.
        """
        registry = Registry(Journal())
        secret = ha1("30001", "gigaset.net", "kitchen-42")
        registry.put(Account("30001", "digest", "", secret, "", "", 0.0, 0.0))
        self.rules = rules(Config(), registry, "192.0.2.1")

    def test_guard(self) -> None:
        """
        A stricter guard turns away what the old one let in.
        """
        guard = self.rules.guard
        self.rules.follow(Config(guard=STRICT))
        admitted = [guard.sources.admits("198.51.100.7", 0.0) for _ in range(3)]
        self.assertEqual(admitted, [True, True, False])
        self.assertEqual(guard.limits, guard.sources.limits)
        self.assertEqual(guard.contested, STRICT.account_failures)

    def test_sip(self) -> None:
        """
        Calls, echo calls, transactions and subscriptions are bounded anew, and
        new registrations and subscriptions last as is said now.
        """
        sip = SipSection(
            max_calls=3, echo_calls=2, max_subscriptions=4, usual_expires=120
        )
        self.rules.follow(Config(sip=sip))
        self.assertEqual(self.rules.calls.most, 3)
        self.assertEqual(self.rules.echo.limits.calls, 2)
        self.assertEqual(self.rules.subscriptions.limits.total, 4)
        self.assertEqual(self.rules.subscriptions.expiry.usual, 120)
        self.assertEqual(self.rules.registrar.limits.expiry.usual, 120)

    def test_tone(self) -> None:
        """
        The directory's number stays a tone, however long echo calls may be.
        """
        limits = self.rules.directory.limits
        sip = SipSection(echo_calls=2, echo_seconds=30)
        self.rules.follow(Config(sip=sip))
        self.assertEqual(self.rules.echo.limits.seconds, 30)
        self.assertEqual(self.rules.directory.limits, limits._replace(calls=2))

    def test_transactions(self) -> None:
        """
        Fewer transactions may be under way; the size of messages stays.
        """
        before = self.rules.dispatcher.limits
        self.rules.follow(Config(sip=SipSection(max_transactions=100)))
        limits = self.rules.dispatcher.limits
        self.assertEqual(limits, before._replace(transactions=100))
