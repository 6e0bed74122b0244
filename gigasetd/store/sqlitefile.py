# -*- test-case-name: tests.store.test_sqlite -*-
"""
One SQLite file, in whatever thread calls: schema, pages, transactions.

A commit that holds written-through kinds is synchronous, since the spool
forgets them right after it; all others survive C{kill -9}, and heal themselves
after a power cut.

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
"""Rows that the load hands over at once."""

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

UNFIT = (
    OverflowError,
    UnicodeEncodeError,
    sqlite3.DataError,
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
)
"""What a single row may raise that no later try would mend."""

Row = Sequence[Any]


class SQLiteFile:
    """
    @ivar refused: how many rows the database would not take at all.
    """

    def __init__(self, path: Path) -> None:
        """
        Open the file, which is made where it is missing.
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
        Close the file; this folds the write-ahead log into it.
        """
        self._connection.close()

    # schema

    def migrate(self, known: Sequence[SchemaStep] | None = None) -> None:
        """
        Run the steps that the file lacks, all or none, after a backup.

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
        The file's schema version, 0 for a fresh file.
        """
        query = "SELECT 1 FROM sqlite_master WHERE name = 'schema'"
        if self._connection.execute(query).fetchone() is None:
            return 0
        row = self._connection.execute("SELECT version FROM schema").fetchone()
        return int(row[0]) if row else 0

    def _backup(self, version: int) -> None:
        """
        Copy the file beside itself, named by the version that it has.
        """
        name = f"{self.path}.version-{version}"
        os.close(os.open(name, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
        copy = sqlite3.connect(name)
        try:
            self._connection.backup(copy)
        finally:
            copy.close()

    # reading

    def pages(self, kind: Kind) -> Iterator[list[Value]]:
        """
        Every stored value of C{kind}, L{PAGE} at a time.
        """
        cursor = self._connection.execute(SELECT[kind.name])
        while rows := cursor.fetchmany(PAGE):
            yield [_value(kind, row) for row in rows]

    # writing

    def apply(self, changes: Sequence[Change]) -> None:
        """
        Write the changes in one transaction.
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
            self._forget()

    def _synchronise(self, through: bool) -> None:
        """
        Have the next commit wait for the disk, or not.
        """
        self._connection.execute(
            f"PRAGMA synchronous={'FULL' if through else 'NORMAL'}"
        )

    def _forget(self) -> None:
        """
        Leave no copy of what was erased in the write-ahead log.
        """
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _each(self, statement: str, rows: list[Row]) -> None:
        """
        Execute C{statement} for every row; one that does not fit shall not
        keep the others out.
        """
        self._connection.execute("SAVEPOINT batch")
        try:
            self._connection.executemany(statement, rows)
        except UNFIT:
            self._connection.execute("ROLLBACK TO batch")
            for row in rows:
                self._one(statement, row)
        self._connection.execute("RELEASE batch")

    def _one(self, statement: str, row: Row) -> None:
        """
        Execute C{statement} for a row that may not fit.
        """
        try:
            self._connection.execute(statement, [_storable(field) for field in row])
        except UNFIT:
            self.refused += 1

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """
        All that happens within, or nothing of it.
        """
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
    """
    Text that is not Unicode (a lone surrogate) goes in as bytes.
    """
    if isinstance(field, str) and not field.isascii():
        try:
            field.encode()
        except UnicodeEncodeError:
            return field.encode("utf-8", "surrogatepass")
    return field


def _value(kind: Kind, row: Row) -> Value:
    """
    A row as a value of its class.
    """
    if bytes in map(type, row):
        row = [
            field.decode("utf-8", "surrogatepass") if type(field) is bytes else field
            for field in row
        ]
    return kind.type._make(row)


def openFile(path: Path) -> SQLiteFile:
    """
    The database at C{path}, with the newest schema.

    @raise StoreError: it cannot be opened; the text names it.
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
