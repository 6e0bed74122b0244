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
from gigasetd.directory.index import Index
from gigasetd.directory.match import IndexRow, rowOf
from gigasetd.directory.search import OperatorBooks
from gigasetd.directory.vcard import BookFault

T = TypeVar("T")
InThread = Callable[[Callable[[], T]], "Deferred[T]"]

FRESH = 5.0  #: seconds that a look at the directory is believed
FILES = 100  #: files that are read
TOLD = 10  #: faults of one file that are told

_NAME = re.compile(r"[^./\0][^/\0]{0,200}\.(?:vcf|csv)", re.IGNORECASE)
_YELLOW = "business-"

log = Logger()

Signature = tuple[tuple[str, int, int], ...]
"""Name, size and time of change of each file."""


class BookLimits(NamedTuple):
    """
    What books may cost.
    """

    entries: int = 10000  #: of all books together
    bytes: int = 8 << 20  #: of one file


class FileFaults(NamedTuple):
    """
    What was wrong with one file.
    """

    file: str
    faults: list[BookFault]
    more: int  #: faults beyond these


class BooksRead(NamedTuple):
    """
    What a thread has read.
    """

    signature: Signature
    books: OperatorBooks
    told: list[FileFaults]


class BookDirectory:
    """
    @ivar directory: where the files are; it need not exist.
    @ivar bounds: what books may cost.
    @ivar counts: what was read, by name; only ever grows.
    """

    def __init__(
        self,
        directory: Path,
        bounds: BookLimits,
        seconds: Callable[[], float],
        inThread: InThread[BooksRead | None],
    ) -> None:
        """
        @param inThread: calls something in a thread.
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
        The books as they were last read; never waits.
        """
        if not self._reading and self._seconds() - self._looked >= FRESH:
            self._looked = self._seconds()
            self.look()
        return self._books

    def gauges(self) -> dict[str, float]:
        """
        How much there is.
        """
        books = self._books
        return {"white": len(books.white), "yellow": len(books.yellow)}

    def follow(self, bounds: BookLimits) -> None:
        """
        Take new bounds over; the books are read again by them.
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
        """
        The thread has read: take the books over and tell what was wrong, by
        the operator's own names and lines only.
        """
        self._reading = False
        if read is None:
            return
        self._signature, self._books = read.signature, read.books
        self.counts["readings"] += 1
        for file, faults, more in read.told:
            self.counts["faults"] += len(faults) + more
            for fault in faults:
                log.warn(
                    "book {file}, line {line}: {reason}",
                    file=file, line=fault.line, reason=fault.reason,
                )  # fmt: skip
            if more:
                log.warn("book {file}: {count} more faults", file=file, count=more)
        log.info(
            "books read: {white} entries, and {yellow} of firms",
            white=len(read.books.white), yellow=len(read.books.yellow),
        )  # fmt: skip

    def _failed(self, failure: Failure) -> None:
        """
        Our fault: the books stay as they were.
        """
        self._reading = False
        self.counts["failures"] += 1
        log.failure("the books could not be read", failure)


def readBooks(
    directory: Path, bounds: BookLimits, known: Signature
) -> BooksRead | None:
    """
    Read all books.

    @param known: the files as they were when they were last read.
    @return: C{None} where they are the same.
    """
    signature = tuple(_sign(directory))
    if signature == known:
        return None
    rows: dict[bool, list[IndexRow]] = {False: [], True: []}
    told, left = [], bounds.entries
    for name, _, _ in signature:
        found, faults = rows[name.lower().startswith(_YELLOW)], []
        for one in _entries(directory / name, bounds.bytes):
            if isinstance(one, BookFault):
                faults.append(one)
            elif left:
                left -= 1
                found.append(one)
            else:
                faults.append(
                    BookFault(0, f"more than {bounds.entries} entries in all")
                )
                break
        if faults:
            told.append(FileFaults(name, faults[:TOLD], len(faults[TOLD:])))
    return BooksRead(
        signature, OperatorBooks(Index(rows[False]), Index(rows[True])), told
    )


def _sign(directory: Path) -> Iterator[tuple[str, int, int]]:
    """
    The files that there are.
    """
    try:
        with os.scandir(directory) as found:
            names = sorted(one.name for one in islice(found, 10 * FILES))
    except OSError:
        return
    for name in [name for name in names if _NAME.fullmatch(name)][:FILES]:
        try:
            told = os.stat(directory / name)
        except OSError:
            continue
        if stat.S_ISREG(told.st_mode):
            yield name, told.st_size, told.st_mtime_ns


def _entries(path: Path, most: int) -> Iterator[IndexRow | BookFault]:
    """
    The entries of one file.
    """
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        yield BookFault(0, f"cannot be read: {error.strerror}")
        return
    if len(data) > most:
        yield BookFault(0, f"more than {most} bytes")
        return
    for one in readBook(decoded(data)):
        yield one if isinstance(one, BookFault) else rowOf(one)
