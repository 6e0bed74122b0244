# -*- test-case-name: tests.store.test_spool -*-
"""
The spool: an append-only log; an answered change in it survives C{kill -9}.

It consists of segments, C{NNNNNNNN.log}, with one line for each change.  Each
flush begins a new segment, and unlinks the older ones after its commit.  What
is left at the start may not have reached the database; it is replayed.

Layer 3 (I/O).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.logger import Logger

from gigasetd.errors import StoreError
from gigasetd.registry.model import Change
from gigasetd.store.fsync import SpoolSync
from gigasetd.store.segment import lines, numberOf, read

log = Logger()

REST = 1.0
"""Seconds between two attempts to write a spool that failed."""


class Spool:
    """
    Appends changes to segments, replays and removes them.

    @ivar sync: waits for the disk.
    @ivar size: bytes in the present segment.
    @ivar used: whether there is any segment.
    @ivar broken: the error of the last write, C{""} where it succeeded.
    @ivar reserved: the segment that a compaction writes, C{0} for none.
    @ivar counts: C{lines} appended, C{failures} to append, C{garbage}
        lines skipped at the start; and those of the compaction.
    """

    def __init__(
        self,
        directory: Path,
        reactor: Any,
        write: Callable[[int, bytes], int] = os.write,
    ) -> None:
        self.directory = directory
        self.sync = SpoolSync(directory, reactor)
        self.size = 0
        self.used = False
        self.broken = ""
        self.reserved = 0
        self.counts = {
            "lines": 0,
            "failures": 0,
            "garbage": 0,
            "compactions": 0,
            "abandoned": 0,
        }
        self._reactor = reactor
        self._write = write
        self._lock = -1
        self._file = -1
        self._segment = 0
        self._lengths: dict[int, int] = {}
        self._retry = 0.0

    # opening and closing

    def open(self) -> None:
        """
        Make and lock the directory.

        @raise StoreError: it cannot be made or opened, or another daemon uses
            it.
        """
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(self.directory, os.O_RDONLY | os.O_CLOEXEC)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._removeDrafts()
        except BlockingIOError:
            raise StoreError(f"{self.directory}: another gigasetd uses it") from None
        except OSError as error:
            raise StoreError(f"{self.directory}: {error.strerror}") from error
        self._lengths = dict.fromkeys(map(numberOf, self._segments()), 0)
        self._segment = max(self._lengths, default=0)
        self.used = self._segment > 0

    def _removeDrafts(self) -> None:
        # Left by a compaction that a crash has ended.
        for draft in self.directory.glob("*.draft"):
            draft.unlink()

    def close(self) -> Deferred[None]:
        """
        Unlock the directory, after a running fsync.
        """
        self._shut()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
        return self.sync.ended()

    def _shut(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _segments(self) -> list[Path]:
        ours = filter(numberOf, self.directory.glob("*.log"))
        return sorted(ours, key=numberOf)

    # writing

    def append(self, changes: list[Change]) -> None:
        """
        Write changes with one system call; they then survive this process.

        @raise StoreError: that failed; none of them is written.
        """
        if self._file < 0 or self.broken:
            self._begin()
        data = lines(changes)
        try:
            written = self._write(self._file, data)
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from error
        if written != len(data):
            raise self._failed("the disk is full")
        self.size += written
        self._lengths[self._segment] += len(changes)
        self.sync.number = changes[-1].number
        self.counts["lines"] += len(changes)
        if self.broken:
            self._mended()

    def _begin(self) -> None:
        if self.broken and self._reactor.seconds() < self._retry:
            raise StoreError(f"{self.directory}: {self.broken}")
        if self._file >= 0:
            return
        path = self.pathOf(self._segment + 1)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC
        try:
            self._file = os.open(path, flags, 0o600)
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from error
        self._segment += 1
        self._lengths[self._segment] = 0
        self.used = True
        self.size = 0
        self.sync.add(path)

    def _failed(self, why: str) -> StoreError:
        if self._file >= 0:
            # A line that was written in part must not stand before the next one.
            try:
                os.ftruncate(self._file, self.size)
            except OSError:
                self._shut()
        if not self.broken:
            log.critical(
                "{directory}: {why}; changes are refused until it can be written",
                directory=str(self.directory),
                why=why,
            )
        self.broken = why
        self.counts["failures"] += 1
        self._retry = self._reactor.seconds() + REST
        return StoreError(f"{self.directory}: {why}")

    def _mended(self) -> None:
        self.broken = ""
        log.info("{directory}: can be written again", directory=str(self.directory))

    # segments

    def rotate(self) -> int:
        """
        Begin a new segment for later changes.

        @return: the number of the last segment with earlier changes.
        """
        self._shut()
        self.size = 0
        return self._segment

    def forget(self, upTo: int) -> None:
        """
        Unlink the segments up to number C{upTo}: the database has them.
        """
        # The oldest first: an older segment that is left alone would undo a newer
        # one's changes when it is replayed.
        unlinkAll(self.release(upTo))

    def release(self, upTo: int) -> list[Path]:
        """
        Forget the segments up to number C{upTo} without unlinking them.

        @return: the files to unlink, in this order.
        """
        if self.reserved <= upTo:
            self.reserved = 0
        obsolete = [path for path in self._segments() if numberOf(path) <= upTo]
        for number in [number for number in self._lengths if number <= upTo]:
            del self._lengths[number]
        self.used = upTo < self._segment
        self.sync.forget(obsolete)
        return obsolete

    # compaction

    @property
    def lines(self) -> int:
        """
        How many lines all segments hold.
        """
        return sum(self._lengths.values())

    @property
    def segments(self) -> int:
        """
        How many segments there are.
        """
        return len(self._lengths)

    def pathOf(self, number: int) -> Path:
        """
        The file of a segment.
        """
        return self.directory / f"{number:08}.log"

    def reserve(self) -> int:
        """
        Reserve a segment number for a compaction: after all changes so far,
        before all later ones.
        """
        self.reserved = self._segment = self.rotate() + 1
        return self.reserved

    def adopt(self, number: int, count: int) -> None:
        """
        Add the reserved segment, which has C{count} lines.
        """
        self.reserved = 0
        self._lengths[number] = count

    def holds(self, number: int) -> bool:
        """
        Whether a segment is still part of the spool.
        """
        return number in self._lengths

    def replay(self) -> Iterator[Change]:
        """
        Read the changes of all segments, oldest first.
        """
        garbage = 0
        for path in self._segments():
            count = 0
            for change in read(path):
                count += 1
                if change is None:
                    garbage += 1
                else:
                    yield change
            self._lengths[numberOf(path)] = count
        self.counts["garbage"] += garbage
        if garbage:
            log.warn(
                "{directory}: skipped {count} lines that are cut off or damaged",
                directory=str(self.directory),
                count=garbage,
            )

    # on the disk

    def synced(self, number: int) -> Deferred[None]:
        """
        Wait until change C{number} is on the disk.

        @return: fails with L{StoreError} where it was never appended, or where
            the disk fails.
        """
        if number > self.sync.number:
            return fail(StoreError(f"{self.directory}: {self.broken or 'not spooled'}"))
        return self.sync.wait(number)


def unlinkAll(paths: list[Path]) -> None:
    """
    Unlink files; some may be gone already.
    """
    for path in paths:
        path.unlink(missing_ok=True)
