"""
Tests for L{gigasetd.xmpp.xep.blocking}.
"""

from __future__ import annotations

from tests.xmpp.jar import ALICE, BOB, MALLORY, JarCase

BLOCK = (
    "<iq type='set' id='b'><block xmlns='urn:xmpp:blocking'>"
    "<item jid='{}'/></block></iq>"
)
UNBLOCK = "<iq type='set' id='u'><unblock xmlns='urn:xmpp:blocking'>{}</unblock></iq>"
LIST = "<iq type='get' id='l'><blocklist xmlns='urn:xmpp:blocking'/></iq>"
RESULT = "<iq type='result' id='{}' to='$alice/a'/>"


class BlockingTests(JarCase):
    """
    XEP-0191: Alice is bothered by Mallory.
    """

    section = {"max_blocks": 3}

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.mallory = self.jar.online(MALLORY, "m")
        self.clear()

    def clear(self) -> None:
        """
        Nobody looks at what came.
        """
        for client in self.jar.clients.values():
            client.take()

    def block(self, jid: str = "$mallory") -> None:
        """
        Alice blocks somebody.
        """
        self.alice.send(BLOCK.format(jid))
        self.clear()

    def test_list(self) -> None:
        """
        A client gets the list, and from then on each change of it; it is kept
        across a restart.
        """
        self.alice.send(LIST)
        self.assertGot(
            self.alice,
            "<iq type='result' id='l' to='$alice/a'>"
            "<blocklist xmlns='urn:xmpp:blocking'/></iq>",
        )
        self.alice.send(BLOCK.format("$mallory"))
        self.assertGot(
            self.alice,
            "<iq type='set' id='*' to='$alice/a'><block xmlns='urn:xmpp:blocking'>"
            "<item jid='$mallory'/></block></iq>",
            RESULT.format("b"),
        )
        self.jar.restart()
        alice = self.jar.login(ALICE, "a")
        alice.send(LIST)
        self.assertEqual(len(list(alice.take()[0].blocklist.elements())), 1)

    def test_messages(self) -> None:
        """
        What the blocked one sends comes back as if nobody were here, and is
        not kept.
        """
        self.block()
        for stanza in (
            "<message to='$alice' type='chat'><body>x</body></message>",
            "<message to='$alice/a' type='chat'><body>x</body></message>",
            "<iq to='$alice/a' type='get' id='1'><x xmlns='y'/></iq>",
            "<iq to='$alice' type='get' id='1'><vCard xmlns='vcard-temp'/></iq>",
        ):
            self.mallory.send(stanza)
            (error,) = self.mallory.take()
            names = [one.name for one in error.error.elements()]
            self.assertEqual(names, ["service-unavailable"])
        self.alice.lose()
        self.mallory.send("<message to='$alice'><body>x</body></message>")
        self.assertEqual(self.jar.registry.held, {})

    def test_presence(self) -> None:
        """
        Presence of the blocked one is not shown, requests neither, and a
        probe finds nobody here.
        """
        self.jar.befriend(self.alice, self.mallory)
        self.alice.send(BLOCK.format("$mallory"))
        self.assertGot(
            self.mallory, "<presence type='unavailable' from='$alice/a' to='$mallory'/>"
        )
        self.clear()
        for stanza in (
            "<presence><show>dnd</show></presence>",
            "<presence to='$alice/a'/>",
            "<presence to='$alice' type='unsubscribe'/>",
        ):
            self.mallory.send(stanza)
        self.assertGot(self.alice)
        self.mallory.take()
        self.mallory.send("<presence to='$alice' type='probe'/>")
        self.assertIn("type", self.mallory.take()[0].attributes)
        self.alice.send("<presence><show>away</show></presence>")
        self.assertGot(self.mallory)

    def test_answers(self) -> None:
        """
        Nor does anything come as the answer to a question (section 3.2).
        """
        self.block()
        for kind in ("result", "error"):
            self.mallory.send(f"<iq type='{kind}' id='1' to='$alice/a'><x/></iq>")
        self.assertGot(self.alice)
        self.assertGot(self.mallory)

    def test_waitingMessage(self) -> None:
        """
        What somebody sent before he was blocked is not delivered, unless he
        is unblocked; what others sent is.
        """
        bob = self.jar.online(BOB, "b")
        self.alice.send("<presence type='unavailable'/>")
        self.mallory.send("<message to='$alice'><body>spam</body></message>")
        bob.send("<message to='$alice'><body>hello</body></message>")
        self.block()
        self.alice.send("<presence/>")
        self.assertEqual(self.alice.bodies(), ["hello"])
        self.alice.send(UNBLOCK.format(""))
        self.alice.send("<presence type='unavailable'/>")
        self.alice.send("<presence/>")
        self.assertEqual(self.alice.bodies(), ["spam"])

    def test_waitingRequest(self) -> None:
        """
        A request that came before its sender was blocked is neither shown nor
        granted any more, whoever comes.
        """
        self.mallory.send("<presence type='subscribe' to='$alice'/>")
        self.block()
        again = self.jar.login(ALICE, "again")
        again.send("<presence/>")
        phone = self.jar.login(ALICE, "phone", legacy=True)
        phone.send("<presence/>")
        types = [one.attributes.get("type") for one in again.take() + phone.take()]
        self.assertNotIn("subscribe", types)
        self.assertEqual(
            self.jar.registry.rosters[ALICE][f"{MALLORY}@gigaset.net"].subscription,
            "none",
        )

    def test_unblocked(self) -> None:
        """
        Whoever is no longer blocked sees the account again.
        """
        self.jar.befriend(self.alice, self.mallory)
        for inside in ("<item jid='$mallory'/>", ""):
            self.block()
            self.alice.send(UNBLOCK.format(inside))
            self.assertGot(self.alice, RESULT.format("u"))
            self.assertGot(
                self.mallory,
                "<presence from='$alice/a' to='$mallory'>"
                "<priority>0</priority></presence>",
            )

    def test_outgoing(self) -> None:
        """
        Whoever writes to somebody whom one has blocked is told why that does
        not work.
        """
        self.block()
        self.alice.send(
            "<message to='$mallory' type='chat' id='1'><body>x</body></message>"
        )
        self.assertGot(
            self.alice,
            "<message type='error' id='1' from='$mallory' to='$alice/a'>"
            "<error type='cancel' code='406'>"
            "<not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
            "<blocked xmlns='urn:xmpp:blocking:errors'/></error></message>",
        )
        self.assertGot(self.mallory)

    def test_forms(self) -> None:
        """
        A whole domain, one client or one resource can be blocked.
        """
        for jid in ("$mallory/m", "$domain/m", "$mallory"):
            self.block(jid)
            self.mallory.send("<message to='$alice'><body>x</body></message>")
            self.assertEqual(self.alice.bodies(), [], jid)
            self.alice.send(UNBLOCK.format(""))
            self.clear()
        self.block("$mallory/other")
        self.mallory.send("<message to='$alice'><body>x</body></message>")
        self.assertEqual(self.alice.bodies(), ["x"])

    def test_ownDomain(self) -> None:
        """
        Whoever blocks this domain blocks everybody in it, but neither oneself
        nor the server.
        """
        self.block("$domain")
        self.mallory.send("<message to='$alice'><body>x</body></message>")
        self.alice.send("<message to='$alice'><body>note</body></message>")
        self.alice.send(
            "<iq to='$domain' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>"
        )
        note, pong = self.alice.take()
        self.assertEqual((str(note.body), pong.attributes["type"]), ("note", "result"))

    def test_refused(self) -> None:
        """
        Nobody is no one to block, and there is room for so many.
        """
        for inside in ("", "<item/>", "<item jid='a@@b'/>"):
            self.alice.send(
                "<iq type='set' id='1'><block xmlns='urn:xmpp:blocking'>"
                f"{inside}</block></iq>"
            )
            self.assertEqual(self.alice.take()[0].attributes["type"], "error")
        for number in range(4):
            self.alice.send(BLOCK.format(f"{number}@x.example"))
        types = [one.attributes["type"] for one in self.alice.take()]
        self.assertEqual(types, ["result"] * 3 + ["error"])
        self.assertEqual(len(self.jar.registry.blocks[ALICE]), 3)

    def test_bob(self) -> None:
        """
        Everybody else is as before.
        """
        self.block()
        bob = self.jar.online(BOB, "b")
        bob.send("<message to='$alice'><body>x</body></message>")
        self.assertEqual(self.alice.bodies(), ["x"])
