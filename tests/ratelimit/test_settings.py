"""
Tests of L{gigasetd.ratelimit.settings}.
"""

from __future__ import annotations

from dataclasses import fields

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.schema import Config
from gigasetd.config.sections.sip import GuardSection
from gigasetd.ratelimit.guard import GuardLimits
from gigasetd.ratelimit.settings import (
    CONTESTED,
    GUARD,
    SOURCE,
    followSources,
    guardLimits,
    sourcesOf,
)


class SettingsTests(SynchronousTestCase):
    """
    The section C{[guard]}.
    """

    def test_limits(self) -> None:
        """
        Each limit is the key of its name, so that no two are confused.
        """
        guard = GuardSection(
            requests_per_second=1,
            burst=2,
            login_failures=3,
            failure_window=4,
            ban_seconds=5,
            max_addresses=6,
        )
        self.assertEqual(
            guardLimits(Config(guard=guard)), GuardLimits(1, 2, 3, 4, 5, 6)
        )

    def test_keys(self) -> None:
        """
        Every key that a reload applies is in the section.
        """
        names = {f"guard.{each.name}" for each in fields(GuardSection)}
        self.assertEqual({*GUARD, CONTESTED, *SOURCE} - names, set())

    def test_sources(self) -> None:
        """
        Addresses are told apart by the prefixes of the configuration, and by
        the new ones after a reload.
        """
        sources = sourcesOf(Config(guard=GuardSection(ipv4_prefix=32)))
        self.assertNotEqual(sources.of("192.0.2.1"), sources.of("192.0.2.2"))
        followSources(sources, Config(guard=GuardSection(ipv4_prefix=24)))
        self.assertEqual(sources.of("192.0.2.1"), sources.of("192.0.2.2"))
        self.assertNotEqual(sources.of("192.0.2.1"), sources.of("192.0.3.1"))
