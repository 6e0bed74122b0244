"""
Tests of L{gigasetd.directory.privatebook}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.directory.bookfile import readBook
from gigasetd.directory.entry import contactOf
from gigasetd.directory.privatebook import (
    dropEntry,
    entries,
    exportBook,
    putEntry,
    replaceEntries,
)
from gigasetd.errors import BadValue, Unknown
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry

NUMBER = "30001"


class BookTests(SynchronousTestCase):
    """
    The private book of one owner.
    """

    def setUp(self) -> None:
        """
        An account without a book.
        """
        self.registry = Registry(Journal())
        self.registry.put(Account(NUMBER, "digest", "", "", "", "", 0.0, 0.0))

    def names(self) -> list[str]:
        """
        Who is in the book.
        """
        return [contact.last for contact in entries(self.registry, NUMBER)]

    def test_change(self) -> None:
        """
        Entries are added, changed and removed one by one, and shown by name.
        """
        made = putEntry(self.registry, contactOf({"last": "b", "home": "1"}, NUMBER))
        putEntry(self.registry, contactOf({"last": "A", "home": "2"}, NUMBER))
        self.assertEqual(self.names(), ["A", "b"])
        putEntry(self.registry, made._replace(last="  C\n"))
        self.assertEqual(self.names(), ["A", "C"])
        dropEntry(self.registry, NUMBER, made.id)
        self.assertEqual(self.names(), ["A"])
        self.assertRaises(Unknown, dropEntry, self.registry, NUMBER, made.id)
        self.assertRaises(Unknown, putEntry, self.registry, made)

    def test_refused(self) -> None:
        """
        What cannot be an entry is refused by a sentence, and changes nothing.
        """
        good = contactOf({"last": "A", "home": "1"}, NUMBER)
        for contact in (good._replace(last=""), good._replace(home="none"),
                        good._replace(number="1")):  # fmt: skip
            self.assertRaises(BadValue, putEntry, self.registry, contact)
        self.assertEqual(self.names(), [])
        putEntry(self.registry, good, 1)
        self.assertRaises(BadValue, putEntry, self.registry, good, 1)

    def test_replace(self) -> None:
        """
        An import is the whole book afterwards; what is the same keeps its id,
        so that it is not written again.
        """
        book = [contactOf({"last": name, "home": "1"}) for name in "AB"]
        self.assertEqual(replaceEntries(self.registry, NUMBER, book), 2)
        before = {one.last: one.id for one in entries(self.registry, NUMBER)}
        number = self.registry.journal.number
        replaceEntries(self.registry, NUMBER, [*book, book[0]])
        self.assertEqual(self.registry.journal.number, number)
        other = contactOf({"last": "C", "home": "1"})
        replaceEntries(self.registry, NUMBER, [book[1], other])
        self.assertEqual(self.names(), ["B", "C"])
        after = {one.last: one.id for one in entries(self.registry, NUMBER)}
        self.assertEqual(after["B"], before["B"])
        with self.assertRaises(BadValue):
            replaceEntries(self.registry, NUMBER, [*book, other], 2)
        self.assertEqual(self.names(), ["B", "C"])

    def test_off(self) -> None:
        """
        Who has switched information off has no book.
        """
        self.registry.put(Account(NUMBER, "digest", "", "", "", "info", 0.0, 0.0))
        contact = contactOf({"last": "A", "home": "1"}, NUMBER)
        self.assertRaises(BadValue, putEntry, self.registry, contact)

    def test_export(self) -> None:
        """
        The book can be taken elsewhere.
        """
        book = [contactOf({"last": name, "home": "1"}) for name in "AB"]
        replaceEntries(self.registry, NUMBER, book)
        self.assertEqual(list(readBook(exportBook(self.registry, NUMBER))), book)
