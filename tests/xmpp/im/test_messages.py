"""
Tests for L{gigasetd.xmpp.im.messages}.
"""

from __future__ import annotations

from gigasetd.xmpp.stanza.stanza import parse
from tests.xmpp.jar import ALICE, BOB, NOW, JarCase, words

CHAT = "<message to='{}' type='{}' id='1'><body>x</body></message>"


class RoutingTests(JarCase):
    """
    RFC 6121 section 8.5, by type and address.
    """

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.alice.take()

    def error(self, condition: str) -> None:
        """
        Alice gets exactly one error.
        """
        (error,) = self.alice.take()
        self.assertEqual(error.attributes["type"], "error")
        self.assertIn(condition, [one.name for one in error.error.elements()])

    def test_stamped(self) -> None:
        """
        A message comes from whom its stream belongs to, whatever it says.
        """
        bob = self.jar.online(BOB, "b")
        bob.take()
        self.alice.send(
            "<message from='$bob/x' to='$bob/b' type='chat'><body>x</body></message>"
        )
        self.assertGot(
            bob,
            "<message from='$alice/a' to='$bob/b' type='chat'><body>x</body></message>",
        )

    def test_bare(self) -> None:
        """
        A chat to the bare address goes to every client of non-negative
        priority, and to no other.
        """
        clients = [self.jar.online(BOB, f"r{n}", n) for n in (5, 0, -1)]
        for kind in ("chat", "normal", "headline"):
            for client in clients:
                client.take()
            self.alice.send(CHAT.format("$bob", kind))
            got = [client.bodies() for client in clients]
            self.assertEqual(got, [["x"], ["x"], []], kind)

    def test_bareNobody(self) -> None:
        """
        Where nobody is here, chats and messages wait, a headline is
        forgotten, a groupchat comes back, an error is nobody's.
        """
        self.jar.online(BOB, "n", -5)
        for kind in ("chat", "normal"):
            self.alice.send(CHAT.format("$bob", kind))
        self.assertEqual(len(self.jar.registry.held[BOB]), 2)
        for kind in ("headline", "error"):
            self.alice.send(CHAT.format("$bob", kind))
        self.assertGot(self.alice)
        self.alice.send(CHAT.format("$bob", "groupchat"))
        self.error("service-unavailable")
        self.assertEqual(len(self.jar.registry.held[BOB]), 2)

    def test_full(self) -> None:
        """
        A message of any type reaches the one client that it names, though
        that has a negative priority or is not even available.
        """
        clients = [
            self.jar.online(BOB, "b", -1),
            self.jar.online(BOB, "c"),
            self.jar.login(BOB, "d"),
        ]
        for kind in ("chat", "normal", "headline", "groupchat", "error"):
            for client in clients:
                client.take()
            self.alice.send(CHAT.format("$bob/b", kind))
            self.alice.send(CHAT.format("$bob/d", kind))
            got = [client.bodies() for client in clients]
            self.assertEqual(got, [["x"], [], ["x"]], kind)

    def test_fullGone(self) -> None:
        """
        Where the client that it names is gone, a chat goes to the others, a
        headline is forgotten, a groupchat comes back.
        """
        bob = self.jar.online(BOB, "b")
        for kind, count in (("chat", 1), ("normal", 1), ("headline", 0), ("error", 0)):
            bob.take()
            self.alice.send(CHAT.format("$bob/gone", kind))
            self.assertEqual(len(bob.bodies()), count, kind)
        self.alice.send(CHAT.format("$bob/gone", "groupchat"))
        self.error("service-unavailable")

    def test_unknown(self) -> None:
        """
        A phone can tell its user at once that there is no such number, or
        that it has messages switched off; a word about an error is answered
        with none.
        """
        self.alice.send(CHAT.format("99@$domain", "chat"))
        self.error("item-not-found")
        account = self.jar.registry.accounts[BOB]
        self.jar.registry.put(account._replace(off="messaging"))
        self.alice.send(CHAT.format("$bob", "chat"))
        self.error("not-allowed")
        self.alice.send(CHAT.format("99@$domain", "error"))
        self.assertGot(self.alice)

    def test_elsewhere(self) -> None:
        """
        The service is closed: no other domain is reached, but components.
        """
        self.alice.send(CHAT.format("x@jabber.example", "chat"))
        self.error("remote-server-not-found")
        self.jar.messaging.domains.add("jabber.example")
        self.alice.send(CHAT.format("x@jabber.example", "chat"))
        self.assertGot(self.alice)
        (message,) = self.jar.forwarded
        self.assertEqual(message.attributes["from"], words("$alice/a"))

    def test_fromElsewhere(self) -> None:
        """
        A component's messages arrive, and it learns of errors.
        """
        self.jar.messaging.domains.add("bot.example")
        bob = self.jar.online(BOB, "b")
        bob.take()
        for to in ("$bob", "99@$domain"):
            message = parse(
                words(f"<message from='bot.example' to='{to}'><body>x</body></message>")
            )
            self.jar.perform(self.jar.messaging.routed("bot.example", message, NOW))
        self.assertEqual(bob.bodies(), ["x"])
        (error,) = self.jar.forwarded
        self.assertEqual(error.attributes["to"], "bot.example")

    def test_payload(self) -> None:
        """
        States of a chat and receipts pass through as they are (XEP-0085,
        XEP-0184).
        """
        bob = self.jar.online(BOB, "b")
        bob.take()
        inside = (
            "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
            "<request xmlns='urn:xmpp:receipts'/>"
        )
        self.alice.send(f"<message to='$bob' type='chat'>{inside}</message>")
        head = "<message from='$alice/a' to='$bob' type='chat'>"
        self.assertGot(bob, f"{head}{inside}</message>")

    def test_server(self) -> None:
        """
        Nobody reads what is sent to the server itself.
        """
        self.alice.send(CHAT.format("$domain", "chat"))
        self.error("service-unavailable")

    def test_nobody(self) -> None:
        """
        A message without a receiver is for oneself.
        """
        self.alice.send("<message type='chat'><body>note</body></message>")
        self.assertEqual(self.alice.bodies(), ["note"])
