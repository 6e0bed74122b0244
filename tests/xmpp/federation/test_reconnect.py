"""
Tests of L{gigasetd.xmpp.federation.reconnect}.
"""

from __future__ import annotations

from gigasetd.config.components import Upstream
from gigasetd.registry.model import RosterItem
from gigasetd.xmpp.stanza.stanza import parse, serialize
from tests.xmpp.jar import ALICE, DOMAIN, JarCase

UPSTREAM = Upstream("127.0.0.1", 5347, "upstream.example", "secret")
PIA = "pia@peer.example"
ROOM = "room@rooms.example.org"


class ReunionCase(JarCase):
    """
    Alice, who has contacts in two other domains.
    """

    section = {"upstream": UPSTREAM}

    def setUp(self) -> None:
        """
        Store them, and have Alice log in.
        """
        super().setUp()
        self.messaging = self.jar.messaging
        self.messaging.domains.add("rooms.example.org")
        for jid, subscription, ask in (
            (PIA, "both", ""),
            (ROOM, "to", ""),
            ("new@peer.example", "none", "subscribe"),
        ):
            item = RosterItem(ALICE, jid, "", subscription, ask, 0, "", 1, "")
            self.jar.registry.put(item)
        self.alice = self.jar.online(ALICE, "phone")
        self.alice.take()
        self.jar.forwarded.clear()

    def told(self) -> list[tuple[str, str]]:
        """
        Type and receiver of what went to other domains.
        """
        out = [
            (one.attributes.get("type", ""), one.attributes["to"])
            for one in self.jar.forwarded
        ]
        self.jar.forwarded.clear()
        return sorted(out)


class AttachedTests(ReunionCase):
    """
    A domain is back.
    """

    def test_upstream(self) -> None:
        """
        When the server that we are attached to is back, its users see who is
        here, we ask how they are, and requests that may have been lost go
        once more.
        """
        self.jar.perform(self.messaging.attached("", self.jar.now))
        self.assertEqual(
            self.told(),
            [("", PIA), ("probe", PIA), ("subscribe", "new@peer.example")],
        )

    def test_component(self) -> None:
        """
        When a component attaches, only its own people are dealt with.
        """
        self.jar.perform(self.messaging.attached("rooms.example.org", self.jar.now))
        self.assertEqual(self.told(), [("probe", ROOM)])

    def test_invisible(self) -> None:
        """
        Who is invisible stays so.
        """
        self.alice.send("<presence type='invisible'/>")
        self.jar.forwarded.clear()
        self.jar.perform(self.messaging.attached("", self.jar.now))
        self.assertNotIn(("", PIA), self.told())


class DetachedTests(ReunionCase):
    """
    A domain is away.
    """

    def test_gone(self) -> None:
        """
        When a domain cannot be reached its people are shown as gone.
        """
        self.jar.perform(self.messaging.detached("", self.jar.now))
        self.assertEqual(
            [serialize(one) for one in self.alice.take()],
            [f"<presence type='unavailable' from='{PIA}' to='{self.alice.full}'/>"],
        )

    def test_reached(self) -> None:
        """
        With a server that knows the others, no domain is unknown.
        """
        self.alice.send("<message to='x@any.example' type='chat'/>")
        (message,) = self.jar.forwarded
        self.assertEqual(message.attributes["to"], "x@any.example")

    def test_routed(self) -> None:
        """
        What comes from there reaches Alice.
        """
        text = (
            f"<message from='{PIA}/x' to='{ALICE}@{DOMAIN}'><body>hi</body></message>"
        )
        self.jar.perform(
            self.messaging.routed("peer.example", parse(text), self.jar.now)
        )
        self.assertEqual(self.alice.bodies(), ["hi"])
