# -*- test-case-name: tests.control.verbs.test_books -*-
"""
C{book import} and C{book export}: an owner's private phone book.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from gigasetd.control.messages import Event, LongWork, Result, Verb, VerbRequest
from gigasetd.directory.bookfile import readBook
from gigasetd.directory.privatebook import exportBook, replaceEntries
from gigasetd.directory.vcard import BookFault
from gigasetd.errors import BadValue
from gigasetd.registry.model import Contact
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import subjectOf

SLICE = 20
"""Entries read between two pauses: some milliseconds."""

REPORTED = 20
"""Faulty lines that are listed; a file with more is not a phone book."""


@dataclass
class BookVerbs:
    """
    @ivar most: entries of one book at most.
    """

    registry: Registry
    most: int

    def table(self) -> dict[str, Verb]:
        """
        The verbs by name.
        """
        return {"book import": self.bookImport, "book export": self.bookExport}

    def bookImport(self, request: VerbRequest) -> LongWork:
        """
        C{book import}: replace a phone book by the entries of a vCard or CSV
        text; lines that cannot be read become warnings.

        @raise Unknown: no account has that ID.
        """
        number = self._number(request)
        read: list[Contact] = []
        faults: list[BookFault] = []
        steps = self._read(request.text("text"), read, faults)
        return LongWork(steps, lambda: self._imported(number, read, faults))

    def _read(
        self, text: str, read: list[Contact], faults: list[BookFault]
    ) -> Iterator[Event]:
        # A longer file is refused anyway; it must not fill the memory before.
        parsed = islice(readBook(text), 2 * self.most + REPORTED)
        for count, entry in enumerate(parsed):
            if isinstance(entry, BookFault):
                faults.append(entry)
            else:
                read.append(entry)
            if count % SLICE == 0:
                yield None

    def _imported(
        self, number: str, read: list[Contact], faults: list[BookFault]
    ) -> Result:
        """
        Replace the book by what was read.

        @raise BadValue: no entry could be read, or there are too many.
        """
        warnings = [f"line {each.line}: {each.reason}" for each in faults[:REPORTED]]
        if len(faults) > REPORTED:
            warnings.append(f"and {len(faults) - REPORTED} more")
        if not read:
            raise BadValue("; ".join(["the file has no readable entry", *warnings[:1]]))
        count = replaceEntries(self.registry, number, read, self.most)
        return Result({"number": number, "entries": count, "warnings": warnings})

    def bookExport(self, request: VerbRequest) -> Result:
        """
        C{book export}: return a phone book as vCards.

        @raise Unknown: no account has that ID.
        """
        number = self._number(request)
        return Result({"number": number, "vcards": exportBook(self.registry, number)})

    def _number(self, request: VerbRequest) -> str:
        return subjectOf(self.registry, request.text("id").strip()).number
