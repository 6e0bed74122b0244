"""
Tests of L{gigasetd.web.http.origins}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.networks import Networks
from gigasetd.ratelimit.source import sourceOf
from gigasetd.web.http.origins import Origin, Origins


class OriginsTests(SynchronousTestCase):
    """
    L{Origins}.
    """

    def test_of(self) -> None:
        """
        A trusted proxy is no stranger, but what it forwards is not exempt; an
        exempt network is a stranger where it is not local.
        """
        origins = Origins(
            sourceOf,
            Networks(["192.168.0.0/16"]),
            Networks(["203.0.113.80/32"]),
            Networks(["192.168.1.0/24", "198.51.100.0/24"]),
        )
        for host, origin in {
            "192.168.1.9": Origin("192.168.1.9", local=True, exempt=True),
            "192.168.2.9": Origin("192.168.2.9", local=True),
            "203.0.113.80": Origin("203.0.113.80", local=True, proxy=True),
            "198.51.100.1": Origin("198.51.100.1", exempt=True),
            "2001:db8::1": Origin("2001:db8::/64"),
        }.items():
            self.assertEqual(origins.of(host), origin)
