"""
Tests for L{gigasetd.xmpp.xep.carbons}.
"""

from __future__ import annotations

from tests.xmpp.jar import ALICE, BOB, JarCase

ENABLE = "<iq type='set' id='e'><enable xmlns='urn:xmpp:carbons:2'/></iq>"
DISABLE = "<iq type='set' id='d'><disable xmlns='urn:xmpp:carbons:2'/></iq>"
COPY = (
    "<message from='{0}' to='{1}' type='chat'><{2} xmlns='urn:xmpp:carbons:2'>"
    "<forwarded xmlns='urn:xmpp:forward:0'>"
    "<message xmlns='jabber:client' from='{3}' to='{4}' type='chat'>"
    "<body>x</body></message></forwarded></{2}></message>"
)
CHAT = "<message to='{}' type='chat'><body>x</body></message>"


class CarbonsTests(JarCase):
    """
    XEP-0280: Bob has two clients that want copies, and one that does not.
    """

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.one, self.two = self.jar.online(BOB, "1"), self.jar.online(BOB, "2")
        self.plain = self.jar.online(BOB, "3")
        for client in (self.one, self.two):
            client.send(ENABLE)
            self.assertGot(client, "<iq type='result' id='e' to='*'/>")
        for client in self.jar.clients.values():
            client.take()

    def test_received(self) -> None:
        """
        What comes for one client, the others that want copies see too, once.
        """
        self.alice.send(CHAT.format("$bob/1"))
        self.assertEqual(len(self.one.take()), 1)
        self.assertGot(
            self.two, COPY.format("$bob", "$bob/2", "received", "$alice/a", "$bob/1")
        )
        self.assertGot(self.plain)

    def test_toAll(self) -> None:
        """
        Whoever gets the message itself gets no copy.
        """
        self.alice.send(CHAT.format("$bob"))
        for client in (self.one, self.two, self.plain):
            self.assertEqual(client.bodies(), ["x"])

    def test_sent(self) -> None:
        """
        What one client sends, the others that want copies see; it does not
        matter whether the sender wants some.
        """
        self.plain.send(CHAT.format("$alice"))
        for client, name in ((self.one, "1"), (self.two, "2")):
            self.assertGot(
                client,
                COPY.format("$bob", f"$bob/{name}", "sent", "$bob/3", "$alice"),
            )
        self.assertGot(self.plain)
        self.assertEqual(self.alice.bodies(), ["x"])

    def test_toOneself(self) -> None:
        """
        A note to oneself comes once.
        """
        self.one.send(CHAT.format("$bob/2"))
        self.assertEqual(self.two.bodies(), ["x"])

    def test_disabled(self) -> None:
        """
        Whoever wants no more gets no more; asking twice is no fault.
        """
        for _ in range(2):
            self.two.send(DISABLE)
        self.two.take()
        self.alice.send(CHAT.format("$bob/1"))
        self.assertGot(self.two)

    def test_private(self) -> None:
        """
        What its sender wants in one place only is not copied, at either end.
        """
        for inside in (
            "<private xmlns='urn:xmpp:carbons:2'/>",
            "<no-copy xmlns='urn:xmpp:hints'/>",
        ):
            text = f"<message to='{{}}' type='chat'><body>x</body>{inside}</message>"
            self.alice.send(text.format("$bob/1"))
            self.one.send(text.format("$alice"))
            self.assertGot(self.two)

    def test_kinds(self) -> None:
        """
        Chats are copied, and what belongs to them, nothing else.
        """
        states = "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
        for kind, inside, copied in (
            ("normal", "<body>x</body>", True),
            ("normal", states, True),
            ("normal", "<x xmlns='y'/>", False),
            ("chat", "<x xmlns='y'/>", True),
            ("headline", "<body>x</body>", False),
            ("groupchat", "<body>x</body>", False),
            ("error", "<body>x</body>", False),
        ):
            self.alice.send(f"<message to='$bob/1' type='{kind}'>{inside}</message>")
            self.assertEqual(bool(self.two.take()), copied, (kind, inside))

    def test_once(self) -> None:
        """
        A message that never reached its client, but another as a copy, does
        not come again.
        """
        self.alice.send(CHAT.format("$bob/1"))
        self.two.flush()
        self.one.lose()
        self.two.take()
        self.plain.take()
        self.assertNotIn(BOB, self.jar.registry.held)
        self.assertEqual(self.jar.online(BOB, "4").bodies(), [])
        self.assertEqual(self.plain.bodies(), [])

    def test_copyOnly(self) -> None:
        """
        A message to an account whose only client has a negative priority is
        there as a copy, and not again when that rises.
        """
        for client in (self.one, self.plain):
            client.lose()
        self.two.send("<presence><priority>-1</priority></presence>")
        self.two.take()
        self.alice.send(CHAT.format("$bob"))
        self.assertEqual(len(self.two.take()), 1)
        self.two.send("<presence/>")
        self.assertEqual(self.two.bodies(), [])
