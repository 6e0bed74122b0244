"""
Tests of L{gigasetd.config.reload}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.reload import Following
from gigasetd.config.schema import KEYS, Config
from gigasetd.ratelimit.settings import GUARD


class FollowingTests(SynchronousTestCase):
    """
    L{Following}.
    """

    def test_everybody(self) -> None:
        """
        Each part that said what it can follow hears of each configuration.
        """
        following, heard = Following(), list[Config]()
        following.add(["sip.max_calls"], heard.append)
        following.add(["http.timeout", "sip.max_calls"], heard.append)
        new = Config()
        following.follow(new)
        self.assertEqual(heard, [new, new])
        self.assertEqual(following.keys, {"sip.max_calls", "http.timeout"})

    def test_keys(self) -> None:
        """
        What guards follow are keys that there are.
        """
        self.assertLessEqual(set(GUARD), KEYS.keys())
