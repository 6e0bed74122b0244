"""
The daemon as a component of Debian's own Prosody and ejabberd.
"""

from __future__ import annotations

from typing import Any

from tests.scenarios.case import require
from tests.scenarios.chat import ChatCase, Person, requireSlixmpp
from tests.xmpp.servers import (
    COMPONENT,
    SECRET,
    Ejabberd,
    NotServed,
    Prosody,
    XmppServer,
)
from tests.xmpp.servers import DOMAIN as THEIRS

PHONE, PIA = "30001", f"pia@{THEIRS}"
ABROAD = f"{PHONE}@{COMPONENT}"
"""How the phone is known there."""


class UpstreamCase(ChatCase):
    """
    One existing server, with a user, and the daemon attached to it.
    """

    make: type[XmppServer] = Prosody

    async def setUp(self) -> None:
        """
        Start both.
        """
        requireSlixmpp()
        try:
            self.server = self.make({"pia": "pia-s3cret"})
        except NotServed as missing:
            require(f"{self.make.name} ({missing})", False)
        self.addCleanup(self.server.remove)
        self.server.start()
        self.settings = {
            "xmpp": f"""shared_roster = "off"
approval = "all"
[xmpp.upstream]
host = "127.0.0.1"
port = {self.server.component}
domain = "{COMPONENT}"
secret = "{SECRET}"
"""
        }
        await super().setUp()
        await self.account(PHONE)

    async def pia(self) -> Person:
        """
        Log in a user at the existing server.
        """
        pia = self.person("pia")
        port = self.server.c2s
        await pia.ask("connect", jid=PIA, password="pia-s3cret", port=port, tls=False)
        await pia.expect("online")
        return pia

    async def met(self) -> tuple[Person, Person]:
        """
        Let Pia and the phone subscribe to each other.
        """
        phone, pia = await self.online("phone", PHONE), await self.pia()
        await pia.ask("subscribe", to=ABROAD)
        await pia.expect("presence", type="available", bare=ABROAD)
        await phone.ask("subscribe", to=PIA)
        await phone.expect("presence", type="available", bare=PIA)
        return phone, pia


class Upstream:
    """
    What both servers must let through.
    """

    async def test_everyday(self: Any) -> None:
        """
        A user there and a phone here see each other, write to each other
        under the names that each side knows, and are told at once what cannot
        be delivered; while the existing server is away its people are shown as
        gone, and when it is back, so are they.
        """
        phone, pia = await self.met()
        await self._write(phone, pia)
        found = await pia.ask("identities", jid=ABROAD)
        self.assertIn(["account", "registered"], found)
        await phone.ask("leave")
        await pia.expect("presence", type="unavailable", bare=ABROAD)
        await self.login(phone, PHONE)
        await pia.expect("presence", type="available", bare=ABROAD)
        await phone.expect("presence", type="available", bare=PIA)
        await pia.ask("leave")
        await phone.expect("presence", type="unavailable", bare=PIA)
        await self._miss(phone)

    async def _write(self: Any, phone: Person, pia: Person) -> None:
        await pia.ask("send", to=ABROAD, body="in")
        came = await phone.expect("message", body="in", bare=PIA)
        await phone.ask("send", to=came["sender"], body="out")
        await pia.expect("message", body="out", bare=ABROAD)
        await pia.ask("send", to=f"39999@{COMPONENT}", body="nobody")
        await pia.expect("message", type="error", condition="item-not-found")
        await phone.ask("send", to=f"nobody@{THEIRS}", body="nobody")
        await phone.expect("message", type="error")

    async def _miss(self: Any, phone: Person) -> None:
        await self.again(phone)
        self.server.stop()
        await phone.expect("presence", type="unavailable", bare=PIA)
        await phone.ask("send", to=PIA, body="now?")
        await phone.expect("message", type="error", condition="remote-server-timeout")
        self.server.start()
        pia = await self.again(phone)
        await pia.expect("presence", type="available", bare=ABROAD, seconds=30)

    async def again(self: Any, phone: Person) -> Person:
        """
        Log Pia in once more, and wait until the phone sees it.
        """
        pia: Person = await self.pia()
        await phone.expect("presence", type="available", bare=PIA, seconds=30)
        return pia


class ProsodyTests(Upstream, UpstreamCase):
    """
    Prosody.
    """


class EjabberdTests(Upstream, UpstreamCase):
    """
    ejabberd.
    """

    make = Ejabberd
