"""
Tests of L{gigasetd.directory.vcard}.
"""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis.strategies import dictionaries, sampled_from, text
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.directory.entry import FIELDS, contactOf
from gigasetd.directory.vcard import (
    LARGEST,
    BookFault,
    isCards,
    readCards,
    writeCards,
)
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


def onlyCard(book: str) -> Contact:
    """
    The single entry of a file.
    """
    (contact,) = readCards(book)
    assert isinstance(contact, Contact), contact
    return contact


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
        old = onlyCard(OLD)
        self.assertEqual((old.last, old.first), ("Müller", "Ina"))
        self.assertEqual((old.mobile, old.home), ("+491711", "028711234"))
        self.assertEqual((old.street, old.zip, old.city), ("Weg 1", "46395", "Bocholt"))
        usual = onlyCard(USUAL)
        self.assertEqual(
            (usual.last, usual.first, usual.nickname), ("Beispiel", "Ina", "Ini")
        )
        self.assertEqual((usual.office, usual.fax), ("1234", "1235"))
        self.assertEqual((usual.email, usual.sip), ("a@example.org", "30001#9"))
        new = onlyCard(NEW)
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
        found = list(
            readCards(USUAL + broken + torn + nobody + USUAL + "BEGIN:VCARD\n")
        )
        faults = [one for one in found if isinstance(one, BookFault)]
        self.assertEqual([fault.line for fault in faults], [12, 16, 19, 33])
        self.assertEqual(len(found), 6)
        self.assertNotIn("secret", str(faults))

    def test_large(self) -> None:
        """
        A card as large as a photograph album is not looked at.
        """
        for inside in (f"NOTE:{'x' * LARGEST}\n", "BEGIN:X\n" * 20000):
            (fault,) = readCards(f"BEGIN:VCARD\n{inside}END:VCARD\n")
            self.assertIsInstance(fault, BookFault)

    @given(dictionaries(sampled_from(FIELDS), text(max_size=80)))
    @settings(max_examples=60, deadline=None)
    def test_roundTrip(self, fields: dict[str, str]) -> None:
        """
        What is exported can be imported, and is the same.
        """
        contact = contactOf({**fields, "last": "A", "home": "1"})
        self.assertEqual(list(readCards(writeCards([contact]))), [contact])

    def test_isCards(self) -> None:
        """
        A file of vCards is recognised by its first line.
        """
        self.assertTrue(isCards(" \nbegin:vcard\n"))
        self.assertTrue(isCards("BEGIN : VCARD \n"))
        self.assertFalse(isCards("last,home\n"))
