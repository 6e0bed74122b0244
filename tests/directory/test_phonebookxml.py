"""
Tests of L{gigasetd.directory.phonebookxml}.
"""

from __future__ import annotations

from xml.etree import ElementTree

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.directory.entry import contactOf
from gigasetd.directory.phonebookxml import LARGEST, MOST, entriesFor, phonebook


class PhonebookTests(SynchronousTestCase):
    """
    The file for N530 to N870.
    """

    def test_entries(self) -> None:
        """
        Each entry has its names and numbers where the device looks for them.
        """
        ina = contactOf(
            {
                "last": "B & B",
                "first": "Ina",
                "home": "1",
                "sip": "30001#9",
                "mobile": "2",
                "office": "3",
                "fax": "4",
            }
        )
        body = phonebook([ina, contactOf({"last": "Fax", "fax": "5"})])
        self.assertIn(b"<!DOCTYPE LocalDirectory>", body)
        (entry,) = ElementTree.fromstring(body)
        self.assertEqual(
            entry.attrib,
            {
                "surname": "B & B",
                "name": "Ina",
                "office1": "3",
                "mobile1": "2",
                "home1": "1",
                "home2": "30001#9",
            },
        )

    def test_bounds(self) -> None:
        """
        The file is never larger than the device takes.
        """
        long = contactOf({"last": "&" * 64, "first": '"' * 64, "home": "1" * 40})
        body = phonebook([long] * 3000)
        root = ElementTree.fromstring(body)
        self.assertEqual(len(root), MOST)
        self.assertLessEqual(len(body), LARGEST)
        self.assertEqual(len(root[0].get("surname", "")), 32)
        wide = contactOf(
            dict.fromkeys(("last", "first"), "&" * 64)
            | dict.fromkeys(("home", "sip", "mobile", "office"), "1" * 40)
        )
        self.assertLessEqual(len(phonebook([wide] * 9000, 9000)), LARGEST)

    def test_models(self) -> None:
        """
        The N530 takes fewer.
        """
        self.assertEqual(entriesFor("N530 IP PRO"), 500)
        self.assertEqual(entriesFor("N870 IP PRO"), 2000)
        self.assertEqual(entriesFor(""), 2000)
