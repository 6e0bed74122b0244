"""
Tests of L{gigasetd.directory.bookfile}.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis.strategies import binary
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.directory.bookfile import decoded, readBook
from gigasetd.directory.vcard import BookFault
from gigasetd.registry.model import Contact
from tests.directory.test_vcard import USUAL


def only(book: str) -> Contact:
    """
    The single entry of a book.
    """
    (contact,) = readBook(book)
    assert isinstance(contact, Contact), contact
    return contact


class TableTests(SynchronousTestCase):
    """
    Tables with a header row.
    """

    def test_columns(self) -> None:
        """
        Columns are known by name, in any order, with commas or semicolons.
        """
        one = only("home,First,last\n02871,Ina,Beispiel\n")
        two = only("Name;mobile\n Beispiel ;0171\n")
        self.assertEqual((one.home, one.first, one.last), ("02871", "Ina", "Beispiel"))
        self.assertEqual((two.mobile, two.last), ("0171", "Beispiel"))

    def test_faults(self) -> None:
        """
        Each row that cannot be used is told by its line.
        """
        book = 'last,home\n"A\nB",1\nC\n,2\n\nD,3\n"E,4\n'
        found = list(readBook(book))
        faults = [one.line for one in found if isinstance(one, BookFault)]
        self.assertEqual(faults, [4, 5, 8])
        self.assertEqual(len(found), 5)

    def test_header(self) -> None:
        """
        A header that names something else is a mistake that is told.
        """
        for header in ("", "x,y", "last,home,age", "last,name,home"):
            (fault,) = readBook(header + "\nA,1,2\n")
            assert isinstance(fault, BookFault)
            self.assertEqual(fault.line, 1, header)

    def test_charsets(self) -> None:
        """
        Umlauts arrive whatever program wrote the file.
        """
        book = "last,home\nMüller,1\n"
        for charset in ("utf-8", "utf-8-sig", "latin-1", "utf-16"):
            self.assertEqual(only(decoded(book.encode(charset))).last, "Müller")

    def test_cards(self) -> None:
        """
        A file of vCards is told from a table.
        """
        self.assertEqual(only(USUAL).last, "Beispiel")

    @given(binary(max_size=300))
    @settings(max_examples=150, deadline=None)
    def test_anything(self, data: bytes) -> None:
        """
        No file ends in a fault of ours.
        """
        for start in (b"", b"BEGIN:VCARD\n", b"last,home\n"):
            for _ in readBook(decoded(start + data + b"\nEND:VCARD\n")):
                pass
