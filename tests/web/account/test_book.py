"""
Tests of L{gigasetd.web.account.book}.
"""

from __future__ import annotations

from tests.registry.populated import NUMBER
from tests.web.account.case import EVIL, OwnerCase

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


class BookPagesTests(OwnerCase):
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
