"""
Tests for L{gigasetd.control.verbs.daemon}, over the control socket.
"""

from __future__ import annotations

from gigasetd.config.schema import ConfigError
from tests.control.case import ControlCase
from tests.registry.populated import (
    NOW,
    NUMBER,
    OTHER,
    binding,
    report,
)


class DaemonVerbsTests(ControlCase):
    """
    C{status}, C{registrations} and C{reload}.
    """

    async def test_status(self):
        """
        C{status} counts what there is.
        """
        self.registry.put(report(OTHER))
        done = (await self.ask("status"))["done"]
        self.assertEqual(done["uptime"], 60)
        self.assertEqual(
            done["counts"],
            {
                "devices": 1,
                "guests": 1,
                "accounts": 1,
                "bindings": 1,
                "calls": 0,
                "streams": 0,
            },
        )
        self.assertEqual(done["store"], {"ok": True, "detail": ""})

    async def test_registrations(self):
        """
        C{registrations} tells who is registered, until it ends.
        """
        self.registry.bind("5", (binding("5", NOW),))
        (told,) = (await self.ask("registrations"))["parts"]
        self.assertEqual(
            told,
            {
                "number": NUMBER,
                "contact": f"<sip:{NUMBER}@192.168.1.20:5060>",
                "transport": "udp",
                "address": "192.168.1.20",
                "port": 5060,
                "expires_in": 3600,
                "user_agent": "N510 IP PRO/42.250",
                "reachable": True,
            },
        )

    async def test_reload(self):
        """
        C{reload} tells what needs a restart, and refuses what is faulty.
        """
        self.renew = lambda: ["sip.listen"]
        answer = await self.ask("reload")
        self.assertEqual(answer["done"], {"restart": ["sip.listen"]})

        def faulty() -> list[str]:
            raise ConfigError("f: sip.x: found 1", "f: sip.y: found 2")

        self.renew = faulty
        answer = await self.ask("reload")
        self.assertEqual(answer["refused"], "f: sip.x: found 1; f: sip.y: found 2")
