"""
Tests for L{gigasetd.store.migrate}.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import StoreError
from gigasetd.registry.model import KINDS
from gigasetd.store.migrate import SchemaStep, due, split, steps
from gigasetd.store.sqlitefile import SQLiteFile, openFile
from tests.store.values import ACCOUNT, changeOf

KNOWN = steps("sqlite")
LATER = SchemaStep(
    KNOWN[-1].number + 1,
    "later",
    ("CREATE TABLE later (a TEXT)", "UPDATE account SET nickname = 'Jo'"),
)


class StepTests(SynchronousTestCase):
    """
    Which steps there are, and which are due.
    """

    def test_numbers(self) -> None:
        """
        Steps count from one without a gap or a double.
        """
        self.assertEqual(
            [step.number for step in KNOWN], list(range(1, len(KNOWN) + 1))
        )

    def test_dialects(self) -> None:
        """
        A step of another database is not ours.
        """
        for step in KNOWN:
            self.assertNotIn("postgres", step.name)

    def test_split(self) -> None:
        """
        Statements end with a semicolon at a line's end; comments fall away.
        """
        text = "-- one;\nCREATE TABLE a (b TEXT);\n\nINSERT INTO a\nVALUES (';');\n"
        self.assertEqual(
            split(text), ("CREATE TABLE a (b TEXT)", "INSERT INTO a\nVALUES (';')")
        )

    def test_due(self) -> None:
        """
        A fresh database lacks all, an old one what came since, a newest
        nothing; a newer one is refused with both versions named.
        """
        known = [*KNOWN, LATER]
        self.assertEqual(due(0, known), known)
        self.assertEqual(due(LATER.number - 1, known), [LATER])
        self.assertEqual(due(LATER.number, known), [])
        error = self.assertRaises(StoreError, due, 50, known)
        self.assertIn("50", str(error))
        self.assertIn(str(LATER.number), str(error))


class MigrateTests(SynchronousTestCase):
    """
    A database becomes newer whole, or stays what it was.
    """

    def setUp(self) -> None:
        """
        A database of today, with one account in it.
        """
        self.path = Path(self.mktemp())
        self.database = openFile(self.path)
        self.addCleanup(self.database.close)
        self.database.apply([changeOf(ACCOUNT)])

    def nickname(self, path: Path) -> str:
        """
        The nickname that the file at C{path} holds.
        """
        connection = sqlite3.connect(path)
        self.addCleanup(connection.close)
        return str(connection.execute("SELECT nickname FROM account").fetchone()[0])

    def backup(self) -> Path:
        """
        Where the backup goes.
        """
        return Path(f"{self.path}.version-{KNOWN[-1].number}")

    def test_fresh(self) -> None:
        """
        A fresh file gets the newest version and needs no backup.
        """
        self.assertEqual(self.database.version(), KNOWN[-1].number)
        self.assertFalse(self.backup().exists())

    def test_again(self) -> None:
        """
        A second start changes nothing.
        """
        self.database.migrate()
        self.assertFalse(self.backup().exists())

    def test_later(self) -> None:
        """
        An old file is backed up, for its owner alone, and then changed.
        """
        self.database.migrate([*KNOWN, LATER])
        self.assertEqual(self.database.version(), LATER.number)
        self.assertEqual(self.nickname(self.path), "Jo")
        self.assertEqual(self.nickname(self.backup()), ACCOUNT.nickname)
        self.assertEqual(self.backup().stat().st_mode & 0o777, 0o600)

    def test_allOrNone(self) -> None:
        """
        When the last statement of many fails, none has happened.
        """
        broken = LATER._replace(statements=(*LATER.statements, "SELECT nonsense"))
        self.assertRaises(sqlite3.Error, self.database.migrate, [*KNOWN, broken])
        self.assertEqual(self.database.version(), KNOWN[-1].number)
        self.assertEqual(self.nickname(self.path), ACCOUNT.nickname)
        account = next(self.database.pages(KINDS["account"]))
        self.assertEqual(account, [ACCOUNT])

    def test_newer(self) -> None:
        """
        An older gigasetd leaves a newer file alone.
        """
        self.database.migrate([*KNOWN, LATER])
        self.database.close()
        error = self.assertRaises(StoreError, openFile, self.path)
        self.assertIn(str(self.path), str(error))
        self.database = SQLiteFile(self.path)
        self.assertEqual(self.database.version(), LATER.number)
