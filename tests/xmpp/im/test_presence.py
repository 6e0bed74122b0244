"""
Tests for L{gigasetd.xmpp.im.presence}.
"""

from __future__ import annotations

from tests.xmpp.jar import ALICE, BOB, CAROL, JarCase

AWAY = "<presence><show>away</show></presence>"
GONE = "<presence type='unavailable' from='{}' to='{}'/>"


class ThreeCase(JarCase):
    """
    Alice and Bob see each other, Carol sees nobody.
    """

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.bob = self.jar.online(BOB, "b")
        self.carol = self.jar.online(CAROL, "c")
        self.jar.befriend(self.alice, self.bob)
        self.carol.take()


class PresenceTests(ThreeCase):
    """
    RFC 6121 section 4.
    """

    def test_initial(self) -> None:
        """
        Whoever comes is seen by contacts and by one's own other clients, and
        sees them; nobody else learns of it.
        """
        second = self.jar.login(ALICE, "z")
        second.send(AWAY)
        told = "<presence from='$alice/z' to='{}'><show>away</show></presence>"
        here = "<presence from='{}' to='$alice/z'><priority>0</priority></presence>"
        self.assertGot(self.bob, told.format("$bob"))
        self.assertGot(self.alice, told.format("$alice/a"))
        self.assertGot(
            second,
            told.format("$alice/z"),
            here.format("$bob/b"),
            here.format("$alice/a"),
        )
        self.assertGot(self.carol)

    def test_later(self) -> None:
        """
        Whoever only changes tells contacts and asks for nothing.
        """
        self.alice.send(AWAY)
        told = "<presence from='$alice/a' to='{}'><show>away</show></presence>"
        self.assertGot(self.bob, told.format("$bob"))
        self.assertGot(self.alice, told.format("$alice/a"))

    def test_death(self) -> None:
        """
        A broken connection is told as unavailable.
        """
        self.bob.lose()
        self.assertGot(self.alice, GONE.format("$bob/b", "$alice"))
        self.assertGot(self.carol)

    def test_farewell(self) -> None:
        """
        What is said at leaving is passed on, once.
        """
        self.bob.send("<presence type='unavailable'><status>Bye</status></presence>")
        self.bob.lose(clean=True)
        self.assertGot(
            self.alice,
            "<presence type='unavailable' from='$bob/b' to='$alice'>"
            "<status>Bye</status></presence>",
        )

    def test_invisible(self) -> None:
        """
        Invisible is unavailable for others; one sees them still and gets
        one's messages.
        """
        self.bob.send("<presence type='invisible'/>")
        self.assertGot(self.alice, GONE.format("$bob/b", "$alice"))
        self.bob.take()
        self.alice.send("<message to='$bob' type='chat'><body>x</body></message>")
        self.assertEqual(self.bob.bodies(), ["x"])
        self.bob.send(AWAY)
        self.assertEqual(self.alice.take()[0].attributes.get("type"), None)

    def test_invisibleFromTheStart(self) -> None:
        """
        Whoever comes invisible is never seen, not when leaving either.
        """
        phone = self.jar.login(BOB, "phone", legacy=True)
        phone.send("<presence type='invisible'/>")
        names = [one.attributes["from"] for one in phone.take()]
        self.assertEqual(len(names), 2)
        phone.lose()
        self.assertGot(self.alice)

    def test_priority(self) -> None:
        """
        A priority is a number from -128 to 127.
        """
        for text in ("128", "-129", "x", "1e1", "\u0663", "+", "1 2", "-+5"):
            self.carol.send(f"<presence><priority>{text}</priority></presence>")
            self.assertEqual(self.carol.take()[0].attributes["type"], "error", text)
        for text in ("-128", "127", "", " 5 "):
            self.carol.send(f"<presence><priority>{text}</priority></presence>")
            self.assertNotIn("type", self.carol.take()[0].attributes)

    def test_fourTypesNeedSomebody(self) -> None:
        """
        A request without a receiver is none.
        """
        self.carol.send("<presence type='subscribe'/>")
        self.assertEqual(self.carol.take()[0].attributes["type"], "error")
