# -*- test-case-name: tests.store.test_sqlite -*-
"""
The embedded store: one SQLite file, written by one thread.

Layer 3 (I/O).
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, fail
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.threadpool import ThreadPool

from gigasetd.errors import StoreError
from gigasetd.registry.model import KINDS, Change, Value
from gigasetd.store.sqlitefile import SQLiteFile, openFile

T = TypeVar("T")
log = Logger()


class SQLiteStore:
    """
    L{gigasetd.store.interface.Store} over SQLite.

    @cvar kind: what the operator calls this store.
    @ivar detail: always C{""}; a file does not go away.
    @ivar refused: rows that the database would not take.
    """

    kind = "sqlite"

    def __init__(self, path: Path, reactor: Any) -> None:
        self.path = path
        self.detail = ""
        self.refused = 0
        self._reactor = reactor
        self._pool = ThreadPool(1, 1, name="store")
        self._database: SQLiteFile | None = None
        self._lock = -1

    def open(self) -> Deferred[None]:
        """
        Claim the file, make it where it is missing, bring its schema up to
        date.
        """
        self._pool.start()
        return self._later(self._open)

    def load(self, take: Callable[[Sequence[Value]], None]) -> Deferred[None]:
        """
        Hand every stored value to C{take}, in pages.
        """
        return Deferred.fromCoroutine(self._load(take))

    async def _load(self, take: Callable[[Sequence[Value]], None]) -> None:
        """
        As L{load}; the thread rests while C{take} works.
        """
        for kind in KINDS.values():
            pages = self._use().pages(kind)
            while page := await self._later(next, pages, None):
                take(page)

    def apply(self, changes: Sequence[Change]) -> Deferred[None]:
        """
        Write the changes in one transaction; done means committed.
        """
        return self._later(self._apply, changes)

    def close(self) -> Deferred[None]:
        """
        Let the file go; it may be open or not.
        """
        return Deferred.fromCoroutine(self._finish())

    async def _finish(self) -> None:
        """
        As L{close}.
        """
        if self._pool.started:
            try:
                await self._later(self._close)
            finally:
                self._pool.stop()

    def _later(self, work: Callable[..., T], *args: Any) -> Deferred[T]:
        """
        Have C{work} done in the one thread, after what it was given before.
        """
        if not self._pool.started:
            return fail(StoreError(f"{self.path}: the database is not open"))
        return deferToThreadPool(
            self._reactor, self._pool, self._translated, work, *args
        )

    # in the store's thread

    def _translated(self, work: Callable[..., T], *args: Any) -> T:
        """
        Do C{work}; whatever fails becomes one line that names the file.
        """
        try:
            return work(*args)
        except OSError as error:
            raise StoreError(f"{self.path}: {error.strerror}") from error
        except sqlite3.Error as error:
            raise StoreError(f"{self.path}: {error}") from error

    def _use(self) -> SQLiteFile:
        """
        The database, if it is open.
        """
        if self._database is None:
            raise StoreError(f"{self.path}: the database is not open")
        return self._database

    def _open(self) -> None:
        """
        As L{open}.
        """
        self._claim()
        self._database = openFile(self.path)

    def _claim(self) -> None:
        """
        Hold the lock file for as long as the store is open.

        @raise StoreError: somebody else holds it.
        """
        name = f"{self.path}.lock"
        self._lock = os.open(name, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(
                f"{self.path}: another gigasetd has this database open"
            ) from None

    def _apply(self, changes: Sequence[Change]) -> None:
        """
        As L{apply}; rows that no database file can hold are told of.
        """
        database = self._use()
        before = database.refused
        database.apply(changes)
        self.refused += database.refused - before
        if database.refused > before:
            log.error(
                "{path}: {count} rows do not fit into the database and were left out",
                path=str(self.path),
                count=database.refused - before,
            )

    def _close(self) -> None:
        """
        As L{close}.
        """
        if self._database is not None:
            self._database.close()
            self._database = None
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
