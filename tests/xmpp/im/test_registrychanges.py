"""
Tests for L{gigasetd.xmpp.im.registrychanges}.
"""

from __future__ import annotations

from gigasetd.accounts.services import disableService
from gigasetd.xmpp.im.contactedit import removeContact, setContact
from tests.xmpp.jar import ALICE, BOB, JarCase

GET = "<iq type='get' id='g'><query xmlns='jabber:iq:roster'/></iq>"


class RegistryChangesTests(JarCase):
    """
    What others change while Alice and Bob are here.
    """

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.bob = self.jar.online(BOB, "b")
        for client in (self.alice, self.bob):
            client.send(GET)
            client.take()

    def test_off(self) -> None:
        """
        Messaging switched off ends every stream of the account at once, takes
        its data along, and is seen by contacts; later messages are refused.
        """
        self.jar.befriend(self.alice, self.bob)
        waiting = self.jar.connect(BOB)
        disableService(self.jar.registry, self.jar.registry.accounts[BOB], "messaging")
        self.jar.settle()
        self.assertEqual(self.bob.closed, "not-authorized")
        self.assertEqual(waiting.closed, "not-authorized")
        types = [one.attributes.get("type") for one in self.alice.take()]
        self.assertEqual(types.count("unavailable"), 1)
        self.assertIn("unsubscribed", types)
        self.assertNotIn(BOB, self.jar.registry.rosters)
        self.alice.send("<message to='$bob'><body>x</body></message>")
        self.assertIsNotNone(self.alice.take()[0].error)

    def test_password(self) -> None:
        """
        A new password ends every stream; a new seal of the old one, as when
        the key is changed, does not.
        """
        account = self.jar.registry.accounts[BOB]
        self.jar.registry.put(account._replace(password="sealed anew"))
        self.jar.settle()
        self.assertIsNone(self.bob.closed)
        self.jar.registry.put(account._replace(ha1="other"))
        self.jar.settle()
        self.assertEqual(self.bob.closed, "not-authorized")
        self.assertIsNone(self.alice.closed)

    def test_removed(self) -> None:
        """
        An account that is gone has no streams, and nothing of it is kept.
        """
        self.alice.send("<message to='$bob/b' type='chat'><body>x</body></message>")
        self.jar.registry.drop(self.jar.registry.accounts[BOB])
        self.jar.settle()
        self.assertEqual(self.bob.closed, "not-authorized")
        self.assertNotIn(BOB, self.jar.registry.held)

    def test_added(self) -> None:
        """
        A contact that an owner adds on the page shows up in the client, and
        is asked.
        """
        setContact(
            self.jar.registry, self.jar.section, ALICE, f"{BOB}@gigaset.net", "Bob"
        )
        self.jar.settle()
        (push,) = self.alice.take()
        item = next(push.query.elements())
        self.assertEqual(item.attributes["name"], "Bob")
        self.assertEqual(item.attributes["ask"], "subscribe")
        self.assertEqual(self.bob.take()[-1].attributes["type"], "subscribe")
        self.bob.send("<presence type='subscribed' to='$alice'/>")
        types = [one.attributes.get("type") for one in self.alice.take()]
        self.assertEqual(types, ["set", "subscribed", None])

    def test_changed(self) -> None:
        """
        A contact that is renamed there keeps its subscription.
        """
        self.jar.befriend(self.alice, self.bob)
        setContact(
            self.jar.registry, self.jar.section, ALICE, f"{BOB}@gigaset.net", "B"
        )
        self.jar.settle()
        (push,) = self.alice.take()
        item = next(push.query.elements())
        self.assertEqual(item.attributes["subscription"], "both")
        self.assertGot(self.bob)

    def test_dropped(self) -> None:
        """
        A contact that is removed there is removed as if by the client.
        """
        self.jar.befriend(self.alice, self.bob)
        removeContact(self.jar.registry, ALICE, f"{BOB}@gigaset.net")
        self.jar.settle()
        item = next(self.alice.take()[0].query.elements())
        self.assertEqual(item.attributes["subscription"], "remove")
        types = [one.attributes.get("type") for one in self.bob.take()]
        expected = ["set", "unsubscribe", "unavailable", "set", "unsubscribed"]
        self.assertEqual(types, expected)

    def test_ownChanges(self) -> None:
        """
        What clients change themselves is not told twice.
        """
        self.alice.send(
            "<iq type='set' id='1'><query xmlns='jabber:iq:roster'>"
            "<item jid='$bob' name='B'/></query></iq>"
        )
        self.assertEqual(len(self.alice.take()), 2)
        self.jar.settle()
        self.assertGot(self.alice)
