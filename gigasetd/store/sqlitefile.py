# -*- test-case-name: tests.store.test_sqlite -*-
"""
An SQLite file: schema, pages, transactions; every call blocks.

A commit with written-through kinds is synchronous, since the spool forgets
them right after it.  The other kinds (registrations, check-ins) survive
C{kill -9}; after a power cut the phones send them again.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gigasetd.errors import StoreError
from gigasetd.registry.model import KINDS, Change, Kind, Value
from gigasetd.store.migrate import SchemaStep, due, statements, steps

PAGE = 5000
"""Rows of one page of the load."""

PRAGMAS = (
    "busy_timeout=5000",
    "journal_mode=WAL",
    "secure_delete=ON",
    "cache_size=-32000",
    "wal_autocheckpoint=4000",
)

# Names of tables and columns come from our own classes, never from outside.
REPLACE = {
    kind.name: f"INSERT OR REPLACE INTO {kind.name} "
    f"({', '.join(kind.type._fields)}) "
    f"VALUES ({', '.join('?' * len(kind.type._fields))})"
    for kind in KINDS.values()
}
DELETE = {
    kind.name: f"DELETE FROM {kind.name} WHERE "
    + " AND ".join(f"{name} = ?" for name in kind.type._fields[: kind.width])
    for kind in KINDS.values()
}
SELECT = {
    kind.name: f"SELECT {', '.join(kind.type._fields)} FROM {kind.name}"
    for kind in KINDS.values()
}
SELECT["binding"] += " ORDER BY number, registered"

REJECTED = (
    OverflowError,
    UnicodeEncodeError,
    sqlite3.DataError,
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
)
"""What one row may raise that no retry mends."""

Row = Sequence[Any]


class SQLiteFile:
    """
    Reads and writes values in an SQLite file.

    @ivar refused: how many rows SQLite has rejected.
    """

    def __init__(self, path: Path) -> None:
        """
        Open the file, make it where it is missing.
        """
        self.path = path
        self.refused = 0
        # SQLite gives its -wal and -shm files the mode of the database.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        self._connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False
        )
        for pragma in PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")

    def close(self) -> None:
        """
        Close the file; SQLite then merges the write-ahead log into it.
        """
        self._connection.close()

    # schema

    def migrate(self, known: Sequence[SchemaStep] | None = None) -> None:
        """
        Run the missing steps, all or none, after a copy of the file.

        @param known: all steps, L{None} for the program's own.
        @raise StoreError: the file is newer than this program.
        """
        version = self.version()
        missing = due(version, known or steps("sqlite"))
        if missing and version:
            self._backup(version)
        if missing:
            with self._transaction():
                for statement in statements(missing):
                    self._connection.execute(statement)

    def version(self) -> int:
        """
        The file's schema version, C{0} for a new file.
        """
        query = "SELECT 1 FROM sqlite_master WHERE name = 'schema'"
        if self._connection.execute(query).fetchone() is None:
            return 0
        row = self._connection.execute("SELECT version FROM schema").fetchone()
        return int(row[0]) if row else 0

    def _backup(self, version: int) -> None:
        # Made first, so that the copy is private.
        name = f"{self.path}.version-{version}"
        Path(name).unlink(missing_ok=True)
        os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        copy = sqlite3.connect(name)
        try:
            self._connection.backup(copy)
        finally:
            copy.close()

    # reading

    def pages(self, kind: Kind) -> Iterator[list[Value]]:
        """
        Read every stored value of a kind, in pages.
        """
        cursor = self._connection.execute(SELECT[kind.name])
        while rows := cursor.fetchmany(PAGE):
            yield [_value(kind, row) for row in rows]

    # writing

    def apply(self, changes: Sequence[Change]) -> None:
        """
        Write changes in one transaction.
        """
        rows: defaultdict[str, list[Row]] = defaultdict(list)
        keys: defaultdict[str, list[Row]] = defaultdict(list)
        for _, kind, key, value in changes:
            if value is None:
                keys[kind].append(key)
            else:
                rows[kind].append(value)
        self._synchronise(any(KINDS[kind].through for kind in (*rows, *keys)))
        with self._transaction():
            for kind in keys:
                self._each(DELETE[kind], keys[kind])
            for kind in rows:
                self._each(REPLACE[kind], rows[kind])
        if any(KINDS[kind].through for kind in keys):
            self._truncateLog()

    def _synchronise(self, through: bool) -> None:
        self._connection.execute(
            f"PRAGMA synchronous={'FULL' if through else 'NORMAL'}"
        )

    def _truncateLog(self) -> None:
        # No copy of erased data may stay in the write-ahead log.
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _each(self, statement: str, rows: list[Row]) -> None:
        # One row that SQLite rejects must not keep the others out.
        self._connection.execute("SAVEPOINT batch")
        try:
            self._connection.executemany(statement, rows)
        except REJECTED:
            self._connection.execute("ROLLBACK TO batch")
            for row in rows:
                self._single(statement, row)
        self._connection.execute("RELEASE batch")

    def _single(self, statement: str, row: Row) -> None:
        try:
            self._connection.execute(statement, [_storable(field) for field in row])
        except REJECTED:
            self.refused += 1

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            # SQLite has rolled back by itself after some errors.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


def _storable(field: Any) -> Any:
    # SQLite takes no text with a lone surrogate; it is stored as bytes.
    if isinstance(field, str) and not field.isascii():
        try:
            field.encode()
        except UnicodeEncodeError:
            return field.encode("utf-8", "surrogatepass")
    return field


def _value(kind: Kind, row: Row) -> Value:
    if bytes in map(type, row):
        row = [
            field.decode("utf-8", "surrogatepass") if type(field) is bytes else field
            for field in row
        ]
    return kind.type._make(row)


def openFile(path: Path) -> SQLiteFile:
    """
    Open the file at C{path} and migrate its schema.

    @raise StoreError: that failed; the text names the file.
    """
    database = SQLiteFile(path)
    try:
        database.migrate()
    except StoreError as error:
        database.close()
        raise StoreError(f"{path}: {error}") from None
    except BaseException:
        database.close()
        raise
    return database
