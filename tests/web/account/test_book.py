"""
Tests of L{gigasetd.web.account.book} and L{gigasetd.web.account.messaging}.
"""

from __future__ import annotations

from gigasetd.registry.model import HeldMessage, WebLogin
from tests.registry.populated import NOW, NUMBER
from tests.web.browser import PeopleCase

EVIL = "<img src=x onerror=alert(1)>"
CARDS = "\r\n".join(
    (
        "BEGIN:VCARD",
        "VERSION:3.0",
        "N:Ärger;Zoë;;;",
        "FN:Zoë Ärger",
        "TEL;TYPE=HOME:+49 2871 1234",
        "END:VCARD",
        "",
    )
)


class LoggedIn(PeopleCase):
    """
    An owner who is logged in.
    """

    def setUp(self) -> None:
        """
        Log in.
        """
        super().setUp()
        self.registry.drop(WebLogin(NUMBER, "", 0.0))
        self.browser.login()


class BookPagesTests(LoggedIn):
    """
    The private book.
    """

    def names(self) -> set[str]:
        """
        The surnames in the book.
        """
        return {one.last for one in self.registry.contacts.get(NUMBER, {}).values()}

    def test_add(self) -> None:
        """
        An entry is added, changed, looked up and deleted.
        """
        self.browser.get("/account/book/entry")
        self.browser.send("/account/book/entry", id="", last=EVIL, home="123")
        self.assertEqual(self.names(), {"Bauer", EVIL})
        self.assertNotIn(EVIL.encode(), self.browser.last.body)
        (entry,) = (
            one for one in self.registry.contacts[NUMBER].values() if one.last == EVIL
        )
        self.browser.get(f"/account/book/entry?id={entry.id}")
        self.browser.send("/account/book/entry", id=entry.id, last="Zander", sip="5")
        self.browser.get("/account/book/?q=zand")
        self.assertNotIn("Bauer", self.browser.page().text)
        self.browser.send("/account/book/delete", id=entry.id)
        self.assertEqual(self.names(), {"Bauer"})

    def test_refused(self) -> None:
        """
        Without name or number, or under an id that is not there, nothing is
        kept.
        """
        for fields, code in (
            ({"last": "x"}, 400),
            ({"home": "1"}, 400),
            ({"id": "99", "last": "x", "home": "1"}, 404),
        ):
            self.browser.get("/account/book/entry")
            answer = self.browser.send("/account/book/entry", **fields)
            self.assertEqual(answer.code, code)
        self.browser.get("/account/book/")
        self.assertEqual(self.browser.send("/account/book/delete", id="9").code, 404)

    def test_files(self) -> None:
        """
        vCards and tables are imported, twice is once, and all comes back as a
        file.
        """
        for text in (CARDS, "name,home\nWolf,77\n", CARDS):
            self.browser.get("/account/book/")
            self.browser.send("/account/book/import", file=text)
            self.assertIn("added", self.notice())
        self.assertEqual(self.names(), {"Bauer", "Ärger", "Wolf"})
        self.assertEqual(len(self.registry.contacts[NUMBER]), 3)
        answer = self.browser.get("/account/book/book.vcf")
        self.assertIn("Ärger", answer.body.decode())
        self.assertIn("attachment", answer.headers["content-disposition"])

    def test_badFile(self) -> None:
        """
        A file with faults adds nothing and says where they are.
        """
        table = "name,home\nWolf,77\nNobody,\n"
        for text in ("", "rubbish", table, "BEGIN:VCARD\nN:x"):
            self.browser.get("/account/book/")
            answer = self.browser.send("/account/book/import", file=text)
            self.assertIn(answer.code, (200, 400), text)
        self.assertEqual(self.names(), {"Bauer"})

    def test_tooLong(self) -> None:
        """
        A form that is longer than a request may be is refused before it is
        read.
        """
        self.browser.get("/account/book/")
        answer = self.browser.send("/account/book/import", file="x" * 20000)
        self.assertEqual(answer.code, 413)

    def test_deleteAll(self) -> None:
        """
        The whole book is deleted.
        """
        self.browser.get("/account/book/")
        self.browser.send("/account/book/delete", all="yes")
        self.assertEqual(self.names(), set())


class MessagePagesTests(LoggedIn):
    """
    Contacts and messages that wait.
    """

    def roster(self) -> dict[str, str]:
        """
        Address -> name.
        """
        items = self.registry.rosters.get(NUMBER, {}).values()
        return {item.jid: item.name for item in items if item.listed}

    def test_contacts(self) -> None:
        """
        Contacts are added by number or address, renamed and removed.
        """
        for jid, name in (("20000009#9", EVIL), ("a@Other.example", "A")):
            self.browser.get("/account/messaging/")
            self.browser.send("/account/messaging/contact", jid=jid, name=name)
            self.assertNotIn(EVIL.encode(), self.browser.last.body)
        self.browser.send(
            "/account/messaging/contact", jid="20000009@example.net", name="Nine"
        )
        told = self.roster()
        self.assertEqual(told["20000009@example.net"], "Nine")
        self.assertEqual(told["a@other.example"], "A")
        self.browser.send("/account/messaging/remove", jid="a@other.example")
        self.assertNotIn("a@other.example", self.roster())

    def test_refused(self) -> None:
        """
        What is no address, and a name that is too long, are refused.
        """
        for jid, name in (("@", "x"), ("a b@c", "x"), ("1@example.net", "x" * 2000)):
            self.browser.get("/account/messaging/")
            answer = self.browser.send("/account/messaging/contact", jid=jid, name=name)
            self.assertEqual(answer.code, 400)
        self.browser.get("/account/messaging/")
        answer = self.browser.send("/account/messaging/remove", jid="no@body")
        self.assertEqual(answer.code, 404)

    def test_waiting(self) -> None:
        """
        Waiting messages are told by sender and time, never their text, and
        are deleted one by one or all.
        """
        for turn in range(3):
            self.registry.put(
                HeldMessage(NUMBER, f"m{turn}", f"{EVIL}@x", NOW, "<body>hush</body>")
            )
        self.browser.get("/account/messaging/")
        self.assertNotIn(b"hush", self.browser.last.body)
        self.assertNotIn(EVIL.encode(), self.browser.last.body)
        self.browser.send("/account/messaging/delete", id="m1")
        self.assertEqual(set(self.registry.held[NUMBER]), {"1", "m0", "m2"})
        self.assertEqual(
            self.browser.send("/account/messaging/delete", id="m1").code, 404
        )
        self.browser.get("/account/messaging/")
        self.browser.send("/account/messaging/delete", all="yes")
        self.assertNotIn(NUMBER, self.registry.held)
