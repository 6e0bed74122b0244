"""
Tests for L{gigasetd.web.guards}.
"""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.schema import Config
from gigasetd.config.sections.sip import GuardSection
from gigasetd.web.guards import PER_DEVICE, guardsOf
from tests.sites import siteOf

NEAR, FAR = "192.168.1.9", "203.0.113.7"


class GuardsTests(SynchronousTestCase):
    """
    L{guardsOf} and what it builds.
    """

    def setUp(self) -> None:
        """
        With the defaults.
        """
        self.config = Config()
        self.guards = guardsOf(siteOf(self.config))

    def test_bans(self) -> None:
        """
        The bans of each service are shown, those of the forms once.
        """
        for _ in range(10):
            self.guards.codes.failed(FAR, "codes", 0.0)
        part = self.guards.part()
        self.assertEqual(set(part.guards), {"http", "redirect", "login"})
        self.assertEqual(list(part.guards["login"].bans(0.0)), [FAR])
        self.assertFalse(self.guards.accounts.admits(FAR, "30000001", 0.0))

    def test_local(self) -> None:
        """
        An exempt phone with a wrong password is never limited; a person there who
        tries out an owner's is.
        """
        guards = self.guards
        for guard in (guards.digest, guards.redirect, guards.accounts):
            for _ in range(20):
                guard.failed(NEAR, "30000001", 0.0)
        self.assertTrue(guards.digest.admits(NEAR, "30000001", 0.0))
        self.assertTrue(guards.redirect.admits(NEAR, "30000001", 0.0))
        self.assertFalse(guards.accounts.admits(NEAR, "30000001", 0.0))

    def test_follow(self) -> None:
        """
        A reload changes the limits, but not those of MAC-IDs.
        """
        section = replace(GuardSection(), login_failures=2, account_failures=7)
        ((keys, follow),) = self.guards.part().follows
        self.assertIn("guard.account_failures", keys)
        follow(replace(self.config, guard=section))
        guards = self.guards
        for guard in (guards.digest, guards.accounts, guards.codes):
            self.assertEqual((guard.limits.failures, guard.contested), (2, 7))
            self.assertEqual(guard.sources.limits.failures, 2)
        self.assertEqual(guards.redirect.limits, PER_DEVICE)
        self.assertEqual(guards.redirect.sources.limits.failures, 2)
