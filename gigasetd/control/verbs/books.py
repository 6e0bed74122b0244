# -*- test-case-name: tests.control.verbs.test_books -*-
"""
What the operator can do with an owner's private book: C{book import} and
C{book export}.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from gigasetd.control.messages import Answer, Asked, Event, Slow, Verb
from gigasetd.directory.bookfile import readBook
from gigasetd.directory.privatebook import exportBook, replaceEntries
from gigasetd.directory.vcard import BookFault
from gigasetd.errors import BadValue
from gigasetd.registry.model import Contact
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import subjectOf

SLICE = 20
"""Entries between two pauses: some milliseconds."""

TOLD = 20
"""Faults that are told; who has more has the wrong file."""


@dataclass
class Bookcase:
    """
    @ivar most: entries of one book.
    """

    registry: Registry
    most: int

    def table(self) -> dict[str, Verb]:
        """
        The verbs by name.
        """
        return {"book import": self.bookImport, "book export": self.bookExport}

    def bookImport(self, asked: Asked) -> Slow:
        """
        Replace a book by a file's entries; what cannot be read is told.
        """
        number = self._number(asked)
        read: list[Contact] = []
        faults: list[BookFault] = []
        steps = self._read(asked.text("text"), read, faults)
        return Slow(steps, lambda: self._imported(number, read, faults))

    def _read(
        self, text: str, read: list[Contact], faults: list[BookFault]
    ) -> Iterator[Event]:
        """
        Read a file slice by slice, and no further than there is room.
        """
        for count, one in enumerate(islice(readBook(text), 2 * self.most + TOLD)):
            if isinstance(one, BookFault):
                faults.append(one)
            else:
                read.append(one)
            if count % SLICE == 0:
                yield None

    def _imported(
        self, number: str, read: list[Contact], faults: list[BookFault]
    ) -> Answer:
        """
        End an import.

        @raise BadValue: there is nothing that could be read, or too much.
        """
        warnings = [f"line {one.line}: {one.reason}" for one in faults[:TOLD]]
        if len(faults) > TOLD:
            warnings.append(f"and {len(faults) - TOLD} more")
        if not read:
            raise BadValue("; ".join(["no entry can be read", *warnings[:1]]))
        count = replaceEntries(self.registry, number, read, self.most)
        return Answer({"number": number, "entries": count, "warnings": warnings})

    def bookExport(self, asked: Asked) -> Answer:
        """
        Tell a book as vCards.
        """
        number = self._number(asked)
        return Answer({"number": number, "vcards": exportBook(self.registry, number)})

    def _number(self, asked: Asked) -> str:
        """
        The account that is meant.

        @raise Unknown: nobody is.
        """
        return subjectOf(self.registry, asked.text("id").strip()).number
