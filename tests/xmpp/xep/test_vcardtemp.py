"""
Tests for L{gigasetd.xmpp.xep.vcardtemp}.
"""

from __future__ import annotations

from gigasetd.xmpp.stanza.stanza import parse, serialize
from tests.xmpp.jar import ALICE, BOB, NOW, JarCase, words

GET = "<iq type='get' id='1' to='{}'><vCard xmlns='vcard-temp'/></iq>"
SET = "<iq type='set' id='1'><vCard xmlns='vcard-temp'>{}</vCard></iq>"
NAMED = "<NICKNAME>Anna</NICKNAME>"


class VCardTests(JarCase):
    """
    XEP-0054, of which NICKNAME alone is kept.
    """

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.alice.take()

    def put(self, inside: str) -> str:
        """
        Set the card.

        @return: the error's condition, C{""} for none.
        """
        self.alice.send(SET.format(inside))
        (answer,) = self.alice.take()
        if answer.attributes["type"] == "result":
            return ""
        return next(iter(answer.error.elements())).name

    def test_nickname(self) -> None:
        """
        The nickname is the directory's, and everybody's here to see.
        """
        self.assertEqual(self.put(NAMED + "<FN/>"), "")
        self.assertEqual(self.jar.registry.nicknames, {"anna": ALICE})
        bob = self.jar.online(BOB, "b")
        bob.take()
        bob.send(GET.format("$alice"))
        self.assertGot(
            bob,
            "<iq type='result' id='1' from='$alice' to='$bob/b'>"
            f"<vCard xmlns='vcard-temp'>{NAMED}</vCard></iq>",
        )

    def test_outside(self) -> None:
        """
        Nobody outside of this server learns a nickname.
        """
        self.put(NAMED)
        self.jar.messaging.domains.add("x.example")
        asked = GET.format("$alice").replace(" id=", " from='eve@x.example/e' id=")
        iq = parse(words(asked))
        self.jar.perform(self.jar.messaging.routed("x.example", iq, NOW))
        (answer,) = self.jar.forwarded
        self.assertNotIn("Anna", serialize(answer))
        self.assertEqual(answer.attributes["type"], "error")

    def test_none(self) -> None:
        """
        A nickname can be taken off; then the card is empty.
        """
        self.put(NAMED)
        self.assertEqual(self.put(""), "")
        self.alice.send(GET.format("$alice"))
        self.assertGot(
            self.alice,
            "<iq type='result' id='1' from='$alice' to='$alice/a'>"
            "<vCard xmlns='vcard-temp'/></iq>",
        )

    def test_identity(self) -> None:
        """
        No identity data is kept: a card with more is refused whole.
        """
        for more in (
            "<FN>Anna Example</FN>",
            "<N><FAMILY>Example</FAMILY></N>",
            "<PHOTO><BINVAL>AAAA</BINVAL></PHOTO>",
            "<EMAIL>anna@example.org</EMAIL>",
        ):
            self.assertEqual(self.put(NAMED + more), "not-acceptable")
        self.assertEqual(self.jar.registry.nicknames, {})

    def test_taken(self) -> None:
        """
        A nickname is one account's, without regard to case.
        """
        self.jar.online(BOB, "b").send(SET.format(NAMED))
        self.assertEqual(self.put("<NICKNAME>ANNA</NICKNAME>"), "conflict")

    def test_form(self) -> None:
        """
        A nickname has a form that every phone can show.
        """
        for nickname in ("x" * 33, "\u0416", "a\nb"):
            found = self.put(f"<NICKNAME>{nickname}</NICKNAME>")
            self.assertEqual(found, "bad-request")

    def test_voipOff(self) -> None:
        """
        The nickname belongs to VoIP; where that is off there is none.
        """
        account = self.jar.registry.accounts[ALICE]
        self.jar.registry.put(account._replace(off="voip"))
        self.assertEqual(self.put(NAMED), "not-allowed")

    def test_others(self) -> None:
        """
        Nobody changes somebody else's.
        """
        self.alice.send(SET.format(NAMED).replace("id=", "to='$bob' id="))
        self.assertEqual(self.alice.take()[0].attributes["type"], "error")
        self.assertEqual(self.jar.registry.nicknames, {})
