"""
Tests for L{gigasetd.store.sqlite}.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as some
from twisted.internet import reactor
from twisted.trial.unittest import SynchronousTestCase, TestCase

from gigasetd.errors import StoreError
from gigasetd.registry.model import KINDS, Change, Value
from gigasetd.store.sqlite import SQLiteStore
from gigasetd.store.sqlitefile import SQLiteFile, openFile
from tests.store.contract import StoreTests
from tests.store.values import (
    ACCOUNT,
    BINDING,
    CHANGES,
    VALUES,
    changeOf,
    dropOf,
)


class SQLiteStoreTests(StoreTests, TestCase):
    """
    The embedded store.
    """

    def setUp(self) -> None:
        """
        A place for the file.
        """
        os.mkdir(directory := self.mktemp())
        self.path = Path(directory) / "gigasetd.db"

    def make(self) -> SQLiteStore:
        """
        A store over that file.
        """
        return SQLiteStore(self.path, reactor)

    async def test_private(self) -> None:
        """
        Nobody else can read any of its files.
        """
        store = await self.use()
        await store.apply([changeOf(ACCOUNT)])
        names = {path.name for path in self.path.parent.iterdir()}
        self.assertIn("gigasetd.db-wal", names)
        for path in self.path.parent.iterdir():
            self.assertEqual(path.stat().st_mode & 0o777, 0o600, path.name)

    async def test_erased(self) -> None:
        """
        Of an account that is dropped no byte stays, in free pages or log.
        """
        store = await self.use()
        account = ACCOUNT._replace(password="a-rather-rare-password")
        await store.apply([changeOf(account)])
        await store.apply([dropOf(account)])
        for path in self.path.parent.iterdir():
            self.assertNotIn(b"a-rather-rare", path.read_bytes())

    async def refusal(self) -> str:
        """
        Why the store cannot be opened.
        """
        store = self.make()
        self.addCleanup(store.close)
        with self.assertRaises(StoreError) as refused:
            await store.open()
        self.assertNotIn("\n", str(refused.exception))
        self.assertIn(str(self.path), str(refused.exception))
        return str(refused.exception)

    async def test_noDatabase(self) -> None:
        """
        A file that is something else is refused, and left as it was.
        """
        self.path.write_bytes(b"not a database, but somebody's letter" * 100)
        self.assertIn("not a database", await self.refusal())
        self.assertTrue(self.path.read_bytes().startswith(b"not a database"))

    async def test_noDirectory(self) -> None:
        """
        A path that cannot be is refused.
        """
        self.path = self.path.parent / "missing" / "gigasetd.db"
        self.assertIn("No such file", await self.refusal())

    async def test_newerSchema(self) -> None:
        """
        A database of a newer gigasetd is refused and not touched.
        """
        await (await self.use()).close()
        connection = sqlite3.connect(self.path)
        connection.execute("UPDATE schema SET version = 999")
        connection.commit()
        connection.close()
        self.assertIn("999", await self.refusal())

    async def test_full(self) -> None:
        """
        A disk that fills up fails the whole transaction, with a reason; once
        there is room, the same changes go through.
        """
        store = await self.use()
        connection = store._use()._connection  # type: ignore[attr-defined]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 5}")
        changes = [changeOf(BINDING._replace(key=str(n))) for n in range(1000)]
        with self.assertRaises(StoreError) as failed:
            await store.apply(changes)
        self.assertIn("full", str(failed.exception))
        self.assertEqual(await self.loaded(store), [])
        connection.execute("PRAGMA max_page_count=1000000")
        await store.apply(changes)
        self.assertEqual(len(await self.loaded(store)), 1000)

    async def test_readOnly(self) -> None:
        """
        A file that cannot be written any more fails a write with the reason;
        what was there can be read, and writing goes on once it is mended.
        """
        store = await self.use()
        await store.apply([changeOf(ACCOUNT)])
        connection = store._use()._connection
        connection.execute("PRAGMA query_only=ON")
        with self.assertRaises(StoreError) as failed:
            await store.apply([changeOf(BINDING)])
        self.assertIn("readonly", str(failed.exception))
        self.assertEqual(await self.loaded(store), [ACCOUNT])
        connection.execute("PRAGMA query_only=OFF")
        await store.apply([changeOf(BINDING)])
        self.assertEqual(len(await self.loaded(store)), 2)

    async def test_notOpen(self) -> None:
        """
        A store that was never opened, could not be, or is closed, answers
        with an error; nobody waits for it in vain.
        """
        fresh = self.make()
        self.failureResultOf(fresh.apply([changeOf(ACCOUNT)]), StoreError)
        self.path.mkdir()
        self.addCleanup(fresh.close)
        for attempt in (fresh.open, lambda: fresh.apply([changeOf(ACCOUNT)])):
            with self.assertRaises(StoreError):
                await attempt()
        await fresh.close()
        self.failureResultOf(fresh.apply([changeOf(ACCOUNT)]), StoreError)


class DatabaseTests(SynchronousTestCase):
    """
    The file itself.
    """

    def database(self) -> SQLiteFile:
        """
        A fresh database with the newest schema.
        """
        database = openFile(Path(self.mktemp()))
        self.addCleanup(database.close)
        return database

    def test_columns(self) -> None:
        """
        Tables and classes name the same fields in the same order, the key
        first: nothing is stored that the model does not know, nor lost.
        """
        connection = self.database()._connection
        tables = {
            row[0]
            for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            )
        }
        self.assertEqual(tables, {*KINDS, "schema"})
        for kind in KINDS.values():
            columns = connection.execute(f"PRAGMA table_info({kind.name})").fetchall()
            names = tuple(column[1] for column in columns)
            self.assertEqual(names, kind.type._fields)
            keys = [column[1] for column in columns if column[5]]
            self.assertEqual(keys, list(kind.type._fields[: kind.width]))

    @settings(max_examples=100, deadline=None)
    @given(some.lists(VALUES, max_size=5))
    def test_anyValue(self, values: list[Value]) -> None:
        """
        Whatever a peer put into a field comes back as it was.
        """
        database = self.database()
        changes = [changeOf(value) for value in values]
        # A batch of the journal has one change a key.
        newest = {(change.kind, change.key): change for change in changes}
        database.apply(list(newest.values()))
        back = [
            v for kind in KINDS.values() for page in database.pages(kind) for v in page
        ]
        self.assertCountEqual(back, [change.value for change in newest.values()])
        database.close()

    @settings(max_examples=50, deadline=None)
    @given(some.lists(CHANGES, max_size=5))
    def test_anyChange(self, changes: list[Change]) -> None:
        """
        No change, however odd, breaks the transaction.
        """
        database = self.database()
        database.apply(changes)
        self.assertEqual(database.refused, 0)
        database.close()
