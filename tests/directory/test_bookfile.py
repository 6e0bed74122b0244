"""
Tests of L{gigasetd.directory.entry}, L{gigasetd.directory.vcard} and
L{gigasetd.directory.bookfile}.
"""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis.strategies import binary, dictionaries, sampled_from, text
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.directory.bookfile import decoded, readBook
from gigasetd.directory.entry import FIELDS, LONGEST, contactOf, dialled, plain, title
from gigasetd.directory.vcard import LARGEST, BookFault, readCards, writeCards
from gigasetd.errors import BadValue
from gigasetd.registry.model import Contact

OLD = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;In=\r\na\r\n"
    "TEL;CELL;PREF:+49 171 1\r\nTEL;HOME:(02871) 12-34\r\n"
    "ADR;HOME:;;Weg 1;Bocholt;;46395;D\r\nEND:VCARD\r\n"
)
USUAL = (
    "BEGIN:VCARD\nVERSION:3.0\nFN:Ina\n  Beispiel\nN:Beispiel;Ina;;;\n"
    "item1.TEL;type=WORK,VOICE:1234\nTEL;TYPE=work,fax:1235\nEMAIL:a@example.org\n"
    "NICKNAME:Ini\nX-SIP:30001#9\nEND:VCARD\n"
)
NEW = (
    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:ACME\r\nORG:ACME\\, Inc.;Sales\r\n"
    'TEL;VALUE=uri;TYPE="voice,cell":tel:+33-01-23-45-67;ext=1\r\n'
    "IMPP:sip:acme@example.org\r\nEND:VCARD\r\n"
)


def only(book: str) -> Contact:
    """
    The one entry of a book.
    """
    (found,) = readBook(book)
    assert isinstance(found, Contact), found
    return found


class EntryTests(SynchronousTestCase):
    """
    The texts of an entry.
    """

    def test_dialled(self) -> None:
        """
        However a number is written, it is kept as the phone will dial it.
        """
        for written, number in (
            ("+49 (0)2871 / 12-34", "+492871" + "1234"),
            ("(02871) 12.34", "028711234"),
            ("tel:+33-01;ext=5", "+3301"),
            ("30001#9", "30001#9"),
            ("*21*5#", "*21*5#"),
            ("12+34", "1234"),
            ("call me", ""),
            ("1" * 10000, "1" * 32),
        ):
            self.assertEqual(dialled(written), number, written)

    def test_plain(self) -> None:
        """
        A name is one line that any phone can read; what cannot be seen, XML
        cannot hold or is too long is not in it.
        """
        self.assertEqual(plain("  In\0a \r\n\tB\ue000.\udc80 "), "In a B .")
        self.assertEqual(plain("Mül\xadler\u200b"), "Müller")
        self.assertEqual(len(plain("x" * 10000)), LONGEST)

    def test_needed(self) -> None:
        """
        Without a name nobody finds it, without a number nobody can call it.
        """
        self.assertRaises(BadValue, contactOf, {"home": "1"})
        self.assertRaises(BadValue, contactOf, {"last": "A", "home": "none"})
        self.assertEqual(contactOf({"last": "A", "sip": "sip:a@b"}).sip, "sip:a@b")

    def test_title(self) -> None:
        """
        An entry has one name to be shown by.
        """
        self.assertEqual(
            title(contactOf({"last": "B", "first": "A", "home": "1"})), "B A"
        )
        self.assertEqual(title(contactOf({"nickname": "N", "home": "1"})), "N")


class CardTests(SynchronousTestCase):
    """
    Files of vCards.
    """

    def test_commas(self) -> None:
        """
        A line that is none is found to be none at once, however many commas
        it has: nobody's file may stop the daemon.
        """
        begun = time.process_time()
        for end in (",a" * 20000, "=," * 20000, "=a" + ',"b"' * 20000 + '"'):
            card = f"BEGIN:VCARD\r\nTEL;T{end}\r\nEND:VCARD\r\n"
            (found,) = readCards(card)
            self.assertIsInstance(found, BookFault)
        self.assertLess(time.process_time() - begun, 2.0)

    def test_versions(self) -> None:
        """
        Whatever version an address book exports, names and numbers arrive.
        """
        old = only(OLD)
        self.assertEqual((old.last, old.first), ("Müller", "Ina"))
        self.assertEqual((old.mobile, old.home), ("+491711", "028711234"))
        self.assertEqual((old.street, old.zip, old.city), ("Weg 1", "46395", "Bocholt"))
        usual = only(USUAL)
        self.assertEqual(
            (usual.last, usual.first, usual.nickname), ("Beispiel", "Ina", "Ini")
        )
        self.assertEqual((usual.office, usual.fax), ("1234", "1235"))
        self.assertEqual((usual.email, usual.sip), ("a@example.org", "30001#9"))
        new = only(NEW)
        self.assertEqual((new.last, new.mobile), ("ACME", "+3301234567"))
        self.assertEqual(new.sip, "acme@example.org")

    def test_faults(self) -> None:
        """
        A card that cannot be read is told by its line, without its text, and
        the others are there.
        """
        broken = "BEGIN:VCARD\nVERSION:3.0\nsecret\nEND:VCARD\n"
        torn = (
            "BEGIN:VCARD\nTEL;ENCODING=QUOTED-PRINTABLE;CHARSET=x-none:=FF\nEND:VCARD\n"
        )
        nobody = "BEGIN:VCARD\nTEL:1\nEND:VCARD\n"
        found = list(readBook(USUAL + broken + torn + nobody + USUAL + "BEGIN:VCARD\n"))
        faults = [one for one in found if isinstance(one, BookFault)]
        self.assertEqual([fault.line for fault in faults], [12, 16, 19, 33])
        self.assertEqual(len(found), 6)
        self.assertNotIn("secret", str(faults))

    def test_large(self) -> None:
        """
        A card as large as a photograph album is not looked at.
        """
        for inside in (f"NOTE:{'x' * LARGEST}\n", "BEGIN:X\n" * 20000):
            (fault,) = readBook(f"BEGIN:VCARD\n{inside}END:VCARD\n")
            self.assertIsInstance(fault, BookFault)

    @given(dictionaries(sampled_from(FIELDS), text(max_size=80)))
    @settings(max_examples=60, deadline=None)
    def test_roundTrip(self, fields: dict[str, str]) -> None:
        """
        What is exported can be imported, and is the same.
        """
        contact = contactOf({**fields, "last": "A", "home": "1"})
        self.assertEqual(list(readBook(writeCards([contact]))), [contact])

    @given(binary(max_size=300))
    @settings(max_examples=150, deadline=None)
    def test_anything(self, data: bytes) -> None:
        """
        No file ends in a fault of ours.
        """
        for start in (b"", b"BEGIN:VCARD\n", b"last,home\n"):
            for _ in readBook(decoded(start + data + b"\nEND:VCARD\n")):
                pass


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
