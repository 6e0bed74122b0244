"""
Tests of L{gigasetd.directory.operatorbooks}.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, execute
from twisted.logger import globalLogPublisher
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.directory.operatorbooks import FRESH, BookDirectory, BookLimits
from gigasetd.directory.search import OperatorBooks


class ShelfTests(SynchronousTestCase):
    """
    The operator's directory of books.
    """

    def setUp(self) -> None:
        """
        A directory, and whatever is logged.
        """
        self.directory = Path(self.mktemp())
        self.now = 0.0
        self.waiting: list[Deferred[Any]] = []
        self.events: list[Any] = []
        globalLogPublisher.addObserver(self.events.append)
        self.addCleanup(globalLogPublisher.removeObserver, self.events.append)
        self.shelf = self.make(BookLimits())

    def make(self, bounds: BookLimits) -> BookDirectory:
        """
        A shelf that reads at once.
        """
        return BookDirectory(self.directory, bounds, lambda: self.now, execute)

    def write(self, name: str, data: str) -> None:
        """
        Write a book, changed now.
        """
        self.directory.mkdir(exist_ok=True)
        (self.directory / name).write_text(data, "utf-8")
        os.utime(self.directory / name, (self.now, self.now))

    def books(self) -> OperatorBooks:
        """
        What is there some time later.
        """
        self.now += FRESH
        return self.shelf.books()

    def names(self) -> tuple[list[str], list[str]]:
        """
        Who is in the white and in the yellow pages.
        """
        books = self.books()
        return ([row.contact.last for row in books.white.rows],
                [row.contact.last for row in books.yellow.rows])  # fmt: skip

    def told(self) -> list[tuple[str, int]]:
        """
        The faults in the log: file and line.
        """
        return [
            (e["file"], e["line"]) for e in self.events if "line" in e and "reason" in e
        ]

    def test_read(self) -> None:
        """
        Cards and tables are read, firms apart, other files are let alone.
        """
        self.assertEqual(self.names(), ([], []))
        self.write("family.vcf", "BEGIN:VCARD\nN:A\nTEL:1\nEND:VCARD\n")
        self.write("club.csv", "last,home\nB,2\n")
        self.write("business-town.csv", "company,office\nC,3\n")
        self.write(".hidden.csv", "last,home\nX,9\n")
        self.write("notes.txt", "last,home\nX,9\n")
        os.mkdir(self.directory / "x.csv")
        self.assertEqual(self.names(), (["A", "B"], ["C"]))
        self.assertEqual(self.shelf.gauges(), {"white": 2, "yellow": 1})

    def test_changed(self) -> None:
        """
        A book that changes is read again, and only then.
        """
        self.write("a.csv", "last,home\nA,1\n")
        self.assertEqual(self.names()[0], ["A"])
        self.books()
        self.assertEqual(self.shelf.counts["readings"], 1)
        self.write("a.csv", "last,home\nB,1\n")
        self.assertEqual(self.names()[0], ["B"])
        (self.directory / "a.csv").unlink()
        self.assertEqual(self.names()[0], [])

    def test_faults(self) -> None:
        """
        The operator is told once what is wrong, by file and line, and nobody's
        name is in the log.
        """
        self.write("a.csv", "last,home\nSecret,\n" + "Secret,none\n" * 20 + "B,1\n")
        self.assertEqual(self.names()[0], ["B"])
        self.books()
        self.assertEqual(self.told(), [("a.csv", line) for line in range(2, 12)])
        self.assertEqual(self.shelf.counts["faults"], 21)
        self.assertNotIn("Secret", repr(self.events))

    def test_bounds(self) -> None:
        """
        Books that are too much are cut off, and that is told.
        """
        self.shelf = self.make(BookLimits(2, 100))
        self.write("a.csv", "last,home\nA,1\nB,1\nC,1\nD,1\n")
        self.write("b.csv", "last,home\n" + "E,1\n" * 100)
        self.assertEqual(self.names()[0], ["A", "B"])
        self.assertEqual(self.told(), [("a.csv", 0), ("b.csv", 0)])

    def test_followed(self) -> None:
        """
        New bounds count at the next look.
        """
        self.write("a.csv", "last,home\nA,1\nB,1\n")
        self.assertEqual(self.names()[0], ["A", "B"])
        self.shelf.follow(BookLimits(1))
        self.assertEqual(self.names()[0], ["A"])
        self.shelf.follow(BookLimits(1))
        self.books()
        self.assertEqual(self.shelf.counts["readings"], 2)

    def test_slow(self) -> None:
        """
        Nobody waits for a book: until it is read, the old ones are there.
        """
        self.write("a.csv", "last,home\nA,1\n")
        begun: list[Deferred[Any]] = []

        def never(work: Any) -> Any:
            begun.append(Deferred())
            return begun[-1]

        self.shelf = BookDirectory(
            self.directory, BookLimits(), lambda: self.now, never
        )
        self.assertEqual(self.names()[0], [])
        self.write("a.csv", "last,home\nB,1\n")
        self.assertEqual(self.names()[0], [])
        self.assertEqual(len(begun), 1)

    def test_failure(self) -> None:
        """
        Should we fail at it, the books stay as they were.
        """
        self.write("a.csv", "last,home\nA,1\n")

        def failing(work: Any) -> Any:
            return execute(lambda: 1 // 0)

        self.shelf = BookDirectory(
            self.directory, BookLimits(), lambda: self.now, failing
        )
        self.assertEqual(self.names()[0], [])
        self.assertEqual(self.shelf.counts["failures"], 1)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
