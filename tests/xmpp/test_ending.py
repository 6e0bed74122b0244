"""
Messages around the end of a stream: what still arrives is not kept for later
as well.
"""

from __future__ import annotations

import re

from gigasetd.config.schema import Config
from gigasetd.registry.registry import Registry
from gigasetd.xmpp.service import XMPPService
from tests.xmpp.stream.test_tls import TLSCase, Wire, login
from tests.xmpp.streaming import ALICE, BOB, DOMAIN, StreamCase

END = "</stream:stream>"


class EndingTests(StreamCase):
    """
    Bob, for whom a message waits.
    """

    def setUp(self) -> None:
        """
        Alice writes to him while he is away.
        """
        super().setUp()
        alice = self.active()
        alice.say(
            f"<message to='{BOB}@{DOMAIN}' type='chat'><body>late</body></message>"
        )
        self.assertEqual(len(self.registry.held[BOB]), 1)
        self.bob = self.active(BOB)

    def test_hasty(self) -> None:
        """
        A client that comes and goes in one breath has what was sent to it,
        and does not find it once more.
        """
        heard = self.bob.say(f"<presence/>{END}")
        self.assertIn("<body>late</body>", heard)
        self.assertTrue(heard.endswith(END))
        self.assertFalse(self.registry.held.get(BOB))

    def test_thrownOut(self) -> None:
        """
        The same holds for one that says something wrong in that breath.
        """
        heard = self.bob.say("<presence/><presence")
        self.assertIn("<body>late</body>", heard)
        self.bob = self.active(BOB, "other")
        heard = self.bob.say(f"<message to='{ALICE}@{DOMAIN}'/><presence/><!-- -->")
        self.assertFails(heard, "restricted-xml")
        self.assertNotIn("<body>late</body>", heard)
        self.assertFalse(self.registry.held.get(BOB))

    def test_wrong(self) -> None:
        """
        What is written before a stream error arrives with it.
        """
        heard = self.bob.say("<presence/><!-- -->")
        self.assertIn("<body>late</body>", heard)
        self.assertFalse(self.registry.held.get(BOB))


class SecureTests(TLSCase):
    """
    The same over TLS, where the system takes what is written a turn later.
    """

    def build(self, config: Config, registry: Registry) -> XMPPService:
        """
        The service, whose registry is looked at.
        """
        self.registry = registry
        return super().build(config, registry)

    async def test_hasty(self) -> None:
        """
        A client that comes and goes in one breath has what was sent to it,
        and does not find it once more.
        """
        texts = [
            f"<message to='{ALICE}@{DOMAIN}' type='chat' id='m{place}'>"
            f"<body>{'x' * 9000}</body></message>"
            for place in range(20)
        ]

        def write(wire: Wire) -> str:
            wire.secure()
            login(wire)
            return wire.say("".join(texts) + _PING, "id='p'")

        def visit(wire: Wire) -> str:
            wire.secure()
            login(wire)
            return wire.say(f"<presence/>{END}", END)

        def look(wire: Wire) -> str:
            wire.secure()
            login(wire)
            return wire.say(f"<presence/>{_PING}", "id='p'")

        self.assertNotIn("<body>", await self.play(self.tls, write))
        told = await self.play(self.tls, visit) + await self.play(self.tls, look)
        self.assertEqual(
            sorted(re.findall("id='(m[0-9]+)'", told)),
            sorted(f"m{place}" for place in range(20)),
        )

    async def test_soon(self) -> None:
        """
        A message that has gone is not kept until somebody has time to look:
        the daemon may be killed.
        """
        text = f"<message to='{ALICE}@{DOMAIN}' type='chat'><body>x</body></message>"

        def visit(wire: Wire) -> int:
            wire.secure()
            login(wire)
            wire.say(f"{text}<presence/>", "<body>x</body>")
            wire.say(_PING, "id='p'")
            return len(self.registry.held.get(ALICE, {}))

        self.assertEqual(await self.play(self.tls, visit), 0)


_PING = "<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>"
