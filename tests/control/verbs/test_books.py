"""
Tests of L{gigasetd.control.verbs.books}.
"""

from __future__ import annotations

from gigasetd.directory.privatebook import MOST, entries
from tests.cli.case import CtlCase
from tests.registry.populated import NUMBER

CARDS = (
    "BEGIN:VCARD\nVERSION:3.0\nN:M\xfcller;Bo\nTEL:0287/1\nEND:VCARD\n"
    "BEGIN:VCARD\nVERSION:3.0\nN:Nobody\nEND:VCARD\n"
)


class BookTests(CtlCase):
    """
    C{book import} and C{book export}, from a file to the registry and back.
    """

    def names(self):
        """
        Who is in the book.
        """
        return [one.last for one in entries(self.registry, NUMBER)]

    async def test_cards(self):
        """
        A file of vCards in any encoding becomes the owner's book; a card that
        is of no use is named by its line.
        """
        typed = CARDS.encode("latin-1")
        ended = await self.ctl("--json", "book", "import", NUMBER, "-", typed=typed)
        self.assertEqual(ended.status, 0)
        self.assertEqual(ended.document["entries"], 1)
        self.assertIn("warning: line 6: an entry needs a number", ended.err)
        self.assertEqual(self.names(), ["Müller"])

    async def test_again(self):
        """
        An import replaces what was there, and the export can be imported.
        """
        for name in ("A", "B"):
            typed = f"last,home\n{name},1\n".encode()
            await self.ctl("book", "import", NUMBER, "-", typed=typed)
        self.assertEqual(self.names(), ["B"])
        ended = await self.ctl("book", "export", NUMBER)
        self.assertTrue(ended.out.startswith("BEGIN:VCARD"), ended.out)
        again = await self.ctl("book", "import", NUMBER, "-", typed=ended.out.encode())
        self.assertEqual((again.status, self.names()), (0, ["B"]))
        told = await self.ctl("--json", "book", "export", NUMBER)
        self.assertEqual(told.document["number"], NUMBER)

    async def test_refused(self):
        """
        What is no book, or too much of one, changes nothing.
        """
        rows = b"".join(b"A%d,1\n" % n for n in range(MOST + 1))
        for typed in (b"", b"rubbish", b"last,home\n" + rows):
            names = self.names()
            ended = await self.ctl("book", "import", NUMBER, "-", typed=typed)
            self.assertEqual((ended.status, self.names()), (1, names))
        await self.refused("book", "import", "99", "-")
        await self.refused("book", "import", NUMBER, "nowhere.vcf")
