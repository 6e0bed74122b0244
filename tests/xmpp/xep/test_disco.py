"""
Tests for L{gigasetd.xmpp.xep.disco}.
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from tests.xmpp.jar import ALICE, BOB, JarCase

INFO = "http://jabber.org/protocol/disco#info"
ITEMS = "http://jabber.org/protocol/disco#items"
ACCOUNT = ("account", "registered")


def identity(answer: Element) -> tuple[str, str]:
    """
    Category and type.
    """
    told = answer.query.identity.attributes
    return told["category"], told["type"]


class DiscoTests(JarCase):
    """
    XEP-0030.
    """

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.bob = self.jar.online(BOB, "b")
        self.alice.take()

    def ask(self, uri: str, to: str, node: str = "") -> Element:
        """
        Alice asks.
        """
        self.alice.send(
            f"<iq type='get' id='1' to='{to}'><query xmlns='{uri}'{node}/></iq>"
        )
        (answer,) = self.alice.take()
        return answer

    def test_server(self) -> None:
        """
        The server says what it can do.
        """
        answer = self.ask(INFO, "$domain")
        self.assertEqual(identity(answer), ("server", "im"))
        told = [one for one in answer.query.elements() if one.name == "feature"]
        features = [one.attributes["var"] for one in told]
        self.assertEqual(len(features), len(set(features)))
        for feature in (INFO, ITEMS, "urn:xmpp:ping", "msgoffline", "vcard-temp"):
            self.assertIn(feature, features)

    def test_account(self) -> None:
        """
        One's own account says that it is one.
        """
        self.assertEqual(identity(self.ask(INFO, "$alice")), ACCOUNT)

    def test_stranger(self) -> None:
        """
        A stranger learns the same of somebody who exists and who does not.
        """
        for uri in (INFO, ITEMS):
            for to in ("$bob", "99@$domain"):
                names = [one.name for one in self.ask(uri, to).error.elements()]
                self.assertEqual(names, ["service-unavailable"])

    def test_contact(self) -> None:
        """
        A contact is told of the account and its clients.
        """
        self.jar.befriend(self.alice, self.bob)
        self.assertEqual(identity(self.ask(INFO, "$bob")), ACCOUNT)
        (item,) = self.ask(ITEMS, "$bob").query.elements()
        self.assertEqual(item.attributes["jid"], self.bob.full)

    def test_items(self) -> None:
        """
        The components that can be reached now are told of.
        """
        self.assertEqual(list(self.ask(ITEMS, "$domain").query.elements()), [])
        self.jar.messaging.domains.add("rooms.example")
        (item,) = self.ask(ITEMS, "$domain").query.elements()
        self.assertEqual(item.attributes["jid"], "rooms.example")

    def test_nodes(self) -> None:
        """
        There are none.
        """
        for uri in (INFO, ITEMS):
            for to in ("$domain", "$alice"):
                answer = self.ask(uri, to, " node='x'")
                self.assertIsNotNone(answer.error)
