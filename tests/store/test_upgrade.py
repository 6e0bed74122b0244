"""
Tests that a database of an earlier release is taken over without a change.

The folder C{release01} beside this file holds the databases.
"""

from __future__ import annotations

import gc
import json
import shutil
import sqlite3
from pathlib import Path

from twisted.internet import reactor
from twisted.trial.unittest import SkipTest, TestCase

from gigasetd.config.sections.server import StoreSection as Section
from gigasetd.keys.keyfile import KeyFile
from gigasetd.keys.keyring import Keyring
from gigasetd.process.clock import SteadyClock
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import KINDS, Value
from gigasetd.registry.registry import Registry
from gigasetd.store.migrate import steps
from gigasetd.store.service import StoreService
from tests.store import pgserver

RELEASE = Path(__file__).parent / "release01"

NOW = 1795884000.0
"""Soon after the databases were written, before any binding expires."""

SCHEMA = steps("sqlite")[-1].number
"""The last schema step of this release."""

PASSWORDS = {
    "20304057": "test-Geheimnis-1",
    "20304058": "",
    "20304059": "test-Geheimnis-2",
    "20304060": "test-Geheimnis-3",
}


def backupValues(file: Path) -> set[Value]:
    """
    Read the values of a backup file.
    """
    _, *rows, _ = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return {KINDS[kind].type(*fields) for kind, *fields in rows}


def copyState(source: Path, state: Path) -> None:
    """
    Make a state directory with the key file and the spool of release 0.1.
    """
    (state / "spool").mkdir(parents=True, mode=0o700)
    shutil.copy(source / "spool.log", state / "spool" / "00000001.log")
    shutil.copy(RELEASE / "secret.key", state)
    (state / "secret.key").chmod(0o600)


def loadSQLite(state: Path) -> None:
    """
    Write the SQLite database of release 0.1 into a state directory.
    """
    database = sqlite3.connect(state / "gigasetd.db")
    database.executescript((RELEASE / "sqlite/database.sql").read_text("utf-8"))
    database.close()


class SQLiteUpgradeTests(TestCase):
    """
    An owner installs the new release over 0.1 and loses nothing.
    """

    source = RELEASE / "sqlite"
    url = "sqlite:gigasetd.db"

    def setUp(self) -> None:
        """
        Prepare a state directory of release 0.1.
        """
        self.state = Path(self.mktemp())
        copyState(self.source, self.state)
        self.load()
        self.addCleanup(gc.unfreeze)

    def load(self) -> None:
        """
        Write the database.
        """
        loadSQLite(self.state)

    def version(self) -> int:
        """
        Read the number of the database's last schema step.
        """
        database = sqlite3.connect(self.state / "gigasetd.db")
        ((version,),) = database.execute("SELECT version FROM schema")
        database.close()
        return int(version)

    async def start(self) -> tuple[StoreService, Registry]:
        """
        Start the store of this release on the state directory.
        """
        registry = Registry(Journal())
        offset = NOW - reactor.seconds()
        clock = SteadyClock(reactor.seconds, lambda: reactor.seconds() + offset)
        section = Section(url=self.url, flush_interval=60.0)
        service = StoreService(section, self.state, registry, clock, reactor)
        service.startService()
        await service.loaded
        return service, registry

    async def test_everyRow(self) -> None:
        """
        Every row of the database and every change in the spool is there, as
        the earlier release itself backed it up.
        """
        expected = backupValues(self.source / "backup.json")
        kinds = {kind.type for kind in KINDS.values()}
        self.assertEqual({type(value) for value in expected}, kinds)
        service, registry = await self.start()
        self.addCleanup(service.stopService)
        self.assertEqual(set(registry.everything()), expected)

    async def test_written(self) -> None:
        """
        After a stop and a second start the same rows are there, in the newest
        schema, with the spool empty.
        """
        service, _ = await self.start()
        await service.stopService()
        self.assertEqual(list((self.state / "spool").iterdir()), [])
        self.assertEqual(self.version(), SCHEMA)
        service, registry = await self.start()
        self.addCleanup(service.stopService)
        expected = backupValues(self.source / "backup.json")
        self.assertEqual(set(registry.everything()), expected)

    async def test_passwords(self) -> None:
        """
        The key file of the earlier release opens every password.
        """
        service, registry = await self.start()
        self.addCleanup(service.stopService)
        keys = Keyring(KeyFile(self.state / "secret.key"), registry, service.settle)
        keys.startService()
        self.addCleanup(keys.stopService)
        opened = {
            account.number: keys.open(account) for account in registry.accounts.values()
        }
        self.assertEqual(opened, PASSWORDS)


class PostgresUpgradeTests(SQLiteUpgradeTests):
    """
    The same with Postgres.
    """

    source = RELEASE / "postgres"

    def load(self) -> None:
        """
        Write the database into a server of the tests.
        """
        if why := pgserver.required():
            raise SkipTest(why)
        server = pgserver.shared()
        self.url = pgserver.fresh(server)
        self.addCleanup(lambda: pgserver.drop(server, self.url))
        with pgserver.asOwner(self.url) as cursor:
            cursor.execute((self.source / "database.sql").read_text("utf-8"))

    def version(self) -> int:
        """
        Read the number of the database's last schema step.
        """
        with pgserver.asOwner(self.url) as cursor:
            cursor.execute("SELECT version FROM schema")
            return int(cursor.fetchone()[0])
