"""
Tests for L{gigasetd.control.verbs.bans}, over the control socket.
"""

from __future__ import annotations

from gigasetd.ratelimit.guard import Guard, GuardLimits
from gigasetd.ratelimit.source import Sources
from tests.control.case import ControlCase
from tests.registry.populated import (
    NOW,
)


class BanVerbsTests(ControlCase):
    """
    C{bans} and C{bans lift}.
    """

    async def test_bans(self):
        """
        C{bans} tells whom a guard keeps out, and C{bans lift} lets one in
        again, in whichever way its address is written.
        """
        guard = Guard(lambda host: False, GuardLimits(failures=1, ban=60.0))
        self.built.status.guards["sip"] = guard
        guard.failed("2001:db8::1", NOW)
        (told,) = (await self.ask("bans"))["parts"]
        self.assertEqual(
            told, {"address": "2001:db8::1", "by": "sip", "expires_in": 60}
        )
        answer = await self.ask("bans lift", address="2001:DB8:0::1")
        self.assertEqual(answer["done"]["lifted"], ["sip"])
        self.assertTrue(guard.admits("2001:db8::1", NOW))
        self.assertEqual((await self.ask("bans"))["parts"], [])
        answer = await self.ask("bans lift", address="2001:db8::1")
        self.assertIn("is not banned", answer["refused"])
        answer = await self.ask("bans lift", address="kitchen")
        self.assertIn("not an IP address", answer["refused"])

    async def test_source(self):
        """
        C{bans} shows an IPv6 /64, and C{bans lift} takes any of its addresses,
        or the /64 as it is shown.
        """
        limits = GuardLimits(failures=1, ban=60.0)
        guard = Guard(lambda host: False, limits, source=Sources().of)
        self.built.status.guards["sip"] = guard
        for lifted in ("2001:db8::9999", "2001:db8::/64"):
            guard.failed("2001:db8::1", NOW)
            (ban,) = (await self.ask("bans"))["parts"]
            self.assertEqual(ban["address"], "2001:db8::/64")
            answer = await self.ask("bans lift", address=lifted)
            expected = {"address": "2001:db8::/64", "lifted": ["sip"]}
            self.assertEqual(answer["done"], expected)
            self.assertEqual((await self.ask("bans"))["parts"], [])
