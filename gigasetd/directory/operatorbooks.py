# -*- test-case-name: tests.directory.test_operatorbooks -*-
"""
The operator's books: a directory with files of vCards (C{NAME.vcf}) and tables
(C{NAME.csv}); those that are called C{business-...} are yellow pages.

They are read in a thread, again whenever one of them has changed.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from gigasetd.directory.bookfile import decoded, readBook
from gigasetd.directory.index import BookIndex
from gigasetd.directory.match import IndexRow, rowOf
from gigasetd.directory.search import OperatorBooks
from gigasetd.directory.vcard import BookFault

T = TypeVar("T")
InThread = Callable[[Callable[[], T]], "Deferred[T]"]

FRESH = 5.0  #: seconds between two looks at the directory
FILES = 100  #: files that are read at most
REPORTED = 10  #: faults of one file that are logged

_NAME = re.compile(r"[^./\0][^/\0]{0,200}\.(?:vcf|csv)", re.IGNORECASE)
_YELLOW = "business-"

log = Logger()

Signature = tuple[tuple[str, int, int], ...]
"""Name, size and modification time (ns) of each file."""


class BookLimits(NamedTuple):
    """
    Limits of the operator's books.
    """

    entries: int = 10000  #: of all books together
    bytes: int = 8 << 20  #: of one file


class FileFaults(NamedTuple):
    """
    The faults of one file.
    """

    file: str
    faults: list[BookFault]
    more: int  #: faults beyond these


class BooksRead(NamedTuple):
    """
    What the thread has read.
    """

    signature: Signature
    books: OperatorBooks
    faults: list[FileFaults]


class BookDirectory:
    """
    Reads the books again when they change.

    @ivar directory: where the files are; it need not exist.
    @ivar bounds: what books may cost.
    @ivar counts: readings and faults; they only grow.
    """

    def __init__(
        self,
        directory: Path,
        bounds: BookLimits,
        seconds: Callable[[], float],
        inThread: InThread[BooksRead | None],
    ) -> None:
        """
        @param inThread: calls a function in a thread.
        """
        self.directory = directory
        self.counts = {"readings": 0, "faults": 0, "failures": 0}
        self.bounds = bounds
        self._seconds = seconds
        self._inThread = inThread
        self._looked = float("-inf")
        self._signature: Signature = ()
        self._books = OperatorBooks()
        self._reading = False

    def books(self) -> OperatorBooks:
        """
        Return the books as they were last read; never waits.
        """
        if not self._reading and self._seconds() - self._looked >= FRESH:
            self._looked = self._seconds()
            self.look()
        return self._books

    def gauges(self) -> dict[str, float]:
        """
        Return the number of entries.
        """
        books = self._books
        return {"white": len(books.white), "yellow": len(books.yellow)}

    def follow(self, bounds: BookLimits) -> None:
        """
        Apply new limits; the books are read again.
        """
        if bounds != self.bounds:
            self.bounds, self._signature = bounds, ()

    def look(self) -> None:
        """
        Read the books again if one has changed.
        """
        if not self.directory.is_dir():
            self._signature, self._books = (), OperatorBooks()
            return
        self._reading = True
        directory, bounds, known = self.directory, self.bounds, self._signature
        reading = self._inThread(lambda: readBooks(directory, bounds, known))
        reading.addCallbacks(self._done, self._failed)

    def _done(self, read: BooksRead | None) -> None:
        # The log names the operator's own files and lines, nothing else of them.
        self._reading = False
        if read is None:
            return
        self._signature, self._books = read.signature, read.books
        self.counts["readings"] += 1
        for file, faults, more in read.faults:
            self.counts["faults"] += len(faults) + more
            for fault in faults:
                log.warn(
                    "book {file}, line {line}: {reason}",
                    file=file, line=fault.line, reason=fault.reason,
                )  # fmt: skip
            if more:
                log.warn("book {file}: {count} more faults", file=file, count=more)
        log.info(
            "books read: {white} people and {yellow} businesses",
            white=len(read.books.white), yellow=len(read.books.yellow),
        )  # fmt: skip

    def _failed(self, failure: Failure) -> None:
        self._reading = False
        self.counts["failures"] += 1
        log.failure("the books could not be read", failure)


def readBooks(
    directory: Path, bounds: BookLimits, known: Signature
) -> BooksRead | None:
    """
    Read all books.

    @param known: the files as they were when they were last read.
    @return: C{None} where they are unchanged.
    """
    signature = tuple(_sign(directory))
    if signature == known:
        return None
    rows: dict[bool, list[IndexRow]] = {False: [], True: []}
    faulty, room = [], bounds.entries
    for name, _, _ in signature:
        entries, faults = _readFile(directory / name, bounds, room)
        rows[name.lower().startswith(_YELLOW)] += entries
        room -= len(entries)
        if faults:
            faulty.append(FileFaults(name, faults[:REPORTED], len(faults[REPORTED:])))
    books = OperatorBooks(BookIndex(rows[False]), BookIndex(rows[True]))
    return BooksRead(signature, books, faulty)


def _readFile(
    path: Path, bounds: BookLimits, room: int
) -> tuple[list[IndexRow], list[BookFault]]:
    """
    @param room: how many entries may still be read.
    """
    entries: list[IndexRow] = []
    faults: list[BookFault] = []
    for entry in _entries(path, bounds.bytes):
        if isinstance(entry, BookFault):
            faults.append(entry)
        elif len(entries) < room:
            entries.append(entry)
        else:
            faults.append(BookFault(0, f"more than {bounds.entries} entries in all"))
            break
    return entries, faults


def _sign(directory: Path) -> Iterator[tuple[str, int, int]]:
    try:
        with os.scandir(directory) as files:
            names = sorted(file.name for file in islice(files, 10 * FILES))
    except OSError:
        return
    for name in [name for name in names if _NAME.fullmatch(name)][:FILES]:
        try:
            status = os.stat(directory / name)
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            yield name, status.st_size, status.st_mtime_ns


def _entries(path: Path, most: int) -> Iterator[IndexRow | BookFault]:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        yield BookFault(0, f"cannot be read: {error.strerror}")
        return
    if len(data) > most:
        yield BookFault(0, f"more than {most} bytes")
        return
    for entry in readBook(decoded(data)):
        yield entry if isinstance(entry, BookFault) else rowOf(entry)
