# -*- test-case-name: tests.store.test_sqlite -*-
"""
The SQLite store: one file, read and written by one thread.

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
from gigasetd.process.ownfolder import checkUnshared
from gigasetd.registry.model import KINDS, Change, Value
from gigasetd.store.sqlitefile import SQLiteFile, openFile

T = TypeVar("T")
log = Logger()


class SQLiteStore:
    """
    L{gigasetd.store.interface.Store} in SQLite.

    @ivar detail: always C{""}: a file does not go away.
    @ivar refused: how many rows SQLite has rejected.
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
        Lock the file, make it where it is missing, migrate its schema.
        """
        self._pool.start()
        return self._later(self._open)

    def load(self, take: Callable[[Sequence[Value]], None]) -> Deferred[None]:
        """
        Read every stored value.

        @param take: called with each page of values; meanwhile the thread
            waits.
        """
        return Deferred.fromCoroutine(self._load(take))

    async def _load(self, take: Callable[[Sequence[Value]], None]) -> None:
        for kind in KINDS.values():
            pages = self._use().pages(kind)
            while page := await self._later(next, pages, None):
                take(page)

    def apply(self, changes: Sequence[Change]) -> Deferred[None]:
        """
        Write changes in one transaction.

        @return: fires when they are committed.
        """
        return self._later(self._apply, changes)

    def close(self) -> Deferred[None]:
        """
        Close and unlock the file, if it is open.
        """
        return Deferred.fromCoroutine(self._finish())

    async def _finish(self) -> None:
        if self._pool.started:
            try:
                await self._later(self._close)
            finally:
                self._pool.stop()

    def _later(self, work: Callable[..., T], *args: Any) -> Deferred[T]:
        if not self._pool.started:
            return fail(StoreError(f"{self.path}: the database is not open"))
        return deferToThreadPool(
            self._reactor, self._pool, self._translated, work, *args
        )

    # in the store's thread

    def _translated(self, work: Callable[..., T], *args: Any) -> T:
        try:
            return work(*args)
        except OSError as error:
            raise StoreError(f"{self.path}: {error.strerror}") from error
        except sqlite3.Error as error:
            raise StoreError(f"{self.path}: {error}") from error

    def _use(self) -> SQLiteFile:
        if self._database is None:
            raise StoreError(f"{self.path}: the database is not open")
        return self._database

    def _open(self) -> None:
        self._claim()
        self._database = openFile(self.path)

    def _claim(self) -> None:
        # A lock file of its own: SQLite's locks come and go with transactions.
        checkUnshared(self.path.parent)
        name = f"{self.path}.lock"
        self._lock = os.open(name, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(
                f"{self.path}: another gigasetd has this database open"
            ) from None

    def _apply(self, changes: Sequence[Change]) -> None:
        database = self._use()
        before = database.refused
        database.apply(changes)
        self.refused += database.refused - before
        if database.refused > before:
            log.error(
                "{path}: the database rejected {count} rows; they are left out",
                path=str(self.path),
                count=database.refused - before,
            )

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
