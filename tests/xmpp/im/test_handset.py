"""
Tests for L{gigasetd.xmpp.im.handset}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.xmpp.im.handset import LONGEST, PIECES, fitted, split, stripped
from gigasetd.xmpp.stanza.stanza import parse, serialize
from tests.xmpp.jar import ALICE, BOB, JarCase


class SplitTests(SynchronousTestCase):
    """
    L{split}.
    """

    def test_short(self) -> None:
        """
        What fits stays as it is.
        """
        for text in ("", "x", "x" * LONGEST):
            self.assertEqual(split(text), [text])

    def test_words(self) -> None:
        """
        A long text is cut behind a word, and no word is lost.
        """
        text = " ".join(f"word{n}" for n in range(500))
        pieces = split(text)
        self.assertEqual(" ".join(pieces), text)
        self.assertTrue(all(len(piece) <= LONGEST for piece in pieces))
        self.assertTrue(all(len(piece) > LONGEST // 2 for piece in pieces[:-1]))

    def test_noWords(self) -> None:
        """
        A text without words is cut where it must be.
        """
        self.assertEqual(list(map(len, split("x" * 1300))), [612, 612, 76])

    def test_codePoints(self) -> None:
        """
        Characters count, not bytes.
        """
        self.assertEqual(list(map(len, split("\U0001f600" * 613))), [612, 1])

    def test_exactWord(self) -> None:
        """
        A word that ends at the limit is not torn.
        """
        text = "x" * 400 + " " + "y" * 211 + " z"
        self.assertEqual(split(text), [text[:612], "z"])

    def test_bounded(self) -> None:
        """
        One message becomes so many and no more.
        """
        self.assertEqual(len(split("x" * 612 * 100)), PIECES)


class FittedTests(SynchronousTestCase):
    """
    L{fitted} and L{stripped}.
    """

    def test_plain(self) -> None:
        """
        What a phone can use is not touched.
        """
        message = parse("<message><subject>s</subject><body>b</body></message>")
        self.assertIs(fitted(message)[0], message)

    def test_stripped(self) -> None:
        """
        What it cannot use is left out.
        """
        message = parse(
            "<message id='1'><body>b</body><request xmlns='urn:xmpp:receipts'/>"
            "<html xmlns='http://jabber.org/protocol/xhtml-im'><body>b</body></html>"
            "<body xmlns='other'>x</body></message>"
        )
        told = "<message id='1'><body>b</body></message>"
        self.assertEqual([serialize(one) for one in fitted(message)], [told])

    def test_nothing(self) -> None:
        """
        What has nothing to show is not sent.
        """
        for inside in (
            "<composing xmlns='http://jabber.org/protocol/chatstates'/>",
            "<received xmlns='urn:xmpp:receipts' id='1'/>",
            "",
        ):
            self.assertEqual(fitted(parse(f"<message>{inside}</message>")), [])

    def test_error(self) -> None:
        """
        An error is sent, since the phone tells its user of it.
        """
        message = parse("<message type='error'><error type='cancel'/></message>")
        self.assertEqual(fitted(message), [message])

    def test_presence(self) -> None:
        """
        Of presence the state stays.
        """
        presence = parse(
            "<presence><show>away</show><c xmlns='http://jabber.org/protocol/caps'/>"
            "<x xmlns='vcard-temp:x:update'/></presence>"
        )
        told = "<presence><show>away</show></presence>"
        self.assertEqual(serialize(stripped(presence)), told)


class PhoneTests(JarCase):
    """
    A phone and a client talk.
    """

    section = {"phone_resources": ("Gigaset",)}

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.alice.take()

    def write(self, body: str) -> None:
        """
        Alice writes to Bob.
        """
        self.alice.send(
            f"<message to='$bob' type='chat' id='m'><body>{body}</body>"
            "<request xmlns='urn:xmpp:receipts'/></message>"
        )

    def test_long(self) -> None:
        """
        A long message reaches a phone in pieces with ids of their own, and
        another client in one.
        """
        phone = self.jar.online(BOB, "phone", legacy=True)
        client = self.jar.online(BOB, "desk")
        phone.take()
        client.take()
        self.write("x" * 1300)
        pieces = phone.take()
        self.assertEqual([one.attributes["id"] for one in pieces], ["m", "m-2", "m-3"])
        self.assertEqual([len(str(one.body)) for one in pieces], [612, 612, 76])
        self.assertEqual(len(client.bodies()[0]), 1300)

    def test_resource(self) -> None:
        """
        A stream with a phone's resource is one of a phone.
        """
        phone = self.jar.online(BOB, "Gigaset")
        phone.take()
        self.write("x")
        self.assertGot(
            phone,
            "<message from='$alice/a' to='$bob' type='chat' id='m'>"
            "<body>x</body></message>",
        )

    def test_held(self) -> None:
        """
        The same of what waited; it is forgotten when all pieces have gone.
        What it cannot show waits for a client that can.
        """
        self.write("x" * 700)
        self.alice.send(
            "<message to='$bob'><received xmlns='urn:xmpp:receipts' id='1'/></message>"
        )
        phone = self.jar.online(BOB, "phone", legacy=True)
        self.assertEqual(list(map(len, phone.bodies())), [612, 88])
        self.assertEqual(len(self.jar.registry.held[BOB]), 2)
        phone.flush()
        self.assertEqual(len(self.jar.registry.held[BOB]), 1)
        self.jar.online(BOB, "desk").flush()
        self.assertEqual(self.jar.registry.held, {})

    def test_receipt(self) -> None:
        """
        What a phone cannot show still reaches the client that can.
        """
        self.jar.online(BOB, "phone", legacy=True)
        desk = self.jar.online(BOB, "desk")
        desk.take()
        self.alice.send(
            "<message to='$bob'><received xmlns='urn:xmpp:receipts' id='1'/></message>"
        )
        desk.lose()
        third = self.jar.online(BOB, "desk")
        self.assertEqual(third.take()[-1].name, "message")

    def test_seven(self) -> None:
        """
        The seven states of a handset reach its contacts as XMPP has them.
        """
        phone = self.jar.online(BOB, "phone", legacy=True)
        self.jar.befriend(self.alice, phone)
        here = "<presence from='$bob/phone' to='$alice'>{}</presence>"
        gone = "<presence type='unavailable' from='$bob/phone' to='$alice'/>"
        for show in ("", "chat", "away", "xa", "dnd"):
            inside = f"<show>{show}</show>" if show else ""
            phone.send(f"<presence>{inside}</presence>")
            self.assertGot(self.alice, here.format(inside))
        for kind in ("invisible", "unavailable"):
            phone.send("<presence/>")
            self.alice.take()
            phone.send(f"<presence type='{kind}'/>")
            self.assertGot(self.alice, gone)
