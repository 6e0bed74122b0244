"""
Tests for L{gigasetd.control.verbs.keyrotation}, with a real store.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Cooperator
from twisted.trial.unittest import TestCase

from gigasetd.accounts.csvimport import CsvImport
from gigasetd.accounts.enrolment import addDevice
from gigasetd.accounts.proposal import NewDevice, Numbering
from gigasetd.config.loading import loadConfig
from gigasetd.control.messages import Result, VerbRequest
from gigasetd.control.verbs import keyrotation as rotation
from gigasetd.control.verbs.keyrotation import KeyRotation
from gigasetd.errors import Refused, StoreError
from gigasetd.keys.keyfile import KeyFile
from gigasetd.keys.keyring import Keyring
from gigasetd.keys.sealing import VaultError
from gigasetd.process.clock import SteadyClock
from gigasetd.registry.journal import Journal
from gigasetd.registry.registry import Registry
from gigasetd.store.service import StoreService
from tests.registry.populated import NOW, Counted

COUNT = 10


class Life:
    """
    One run of the daemon, as far as keys and store go.
    """

    def __init__(self, folder: Path, lent: bool = False) -> None:
        environ = {"GIGASETD_STORE__FLUSH_INTERVAL": "0.05"}
        config = loadConfig(None, environ, str(folder))
        self.folder = folder
        self.registry = Registry(Journal())
        clock = SteadyClock(reactor.seconds)
        self.store = StoreService(config.store, folder, self.registry, clock, reactor)
        self.file = KeyFile(folder / "secret.key", lent)
        self.ring = Keyring(self.file, self.registry, self.store.settle)
        self.rotation = KeyRotation(self.ring, self.registry, self.store, reactor)
        for service in (self.ring, self.rotation):
            service.setServiceParent(self.store.listeners)

    async def start(self) -> Life:
        """
        Until everything is loaded.
        """
        self.store.startService()
        await self.store.loaded
        return self

    def stop(self) -> Deferred[None]:
        """
        In good order.
        """
        return self.store.stopService()

    def numbering(self) -> Numbering:
        """
        How passwords are made here.
        """
        return Numbering("example.net", frozenset(), Counted(), self.ring)

    def people(self, count: int = COUNT) -> None:
        """
        Let some live here, each with a password of its own.
        """
        for each in range(count):
            new = NewDevice(f"7C2F80{each:06X}", str(20 + each), f"password {each}!")
            addDevice(self.registry, new, self.numbering(), NOW)
        self.store.settle()

    def passwords(self) -> set[str]:
        """
        What all passwords are.
        """
        return {self.ring.open(one) for one in self.registry.accounts.values()}

    async def rotate(self) -> Result:
        """
        What C{key rotate} does.
        """
        slow = self.rotation.rotate(VerbRequest({}, NOW))
        turns = Cooperator(scheduler=lambda step: reactor.callLater(0, step))
        steps = (one if isinstance(one, Deferred) else None for one in slow.steps)
        await turns.cooperate(steps).whenDone()
        return slow.finish()

    async def finished(self) -> None:
        """
        Until no rotation is under way.
        """
        while self.rotation._work is not None:
            await rotation.deferLater(reactor, 0.01)


EVERYBODY = {f"password {each}!" for each in range(COUNT)}


class RotationCase(TestCase):
    """
    A store with some people in it.
    """

    timeout = 60

    def setUp(self) -> Deferred[None]:
        """
        Start it.
        """
        self.patch(rotation, "LOOK", 0.01)
        self.patch(rotation, "SLICE", 3)
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()
        return Deferred.fromCoroutine(self._move())

    async def _move(self) -> None:
        self.life = await self.begin(self.folder)
        self.life.people()

    async def begin(self, folder: Path, **how: Any) -> Life:
        """
        Start a daemon there.
        """
        life = Life(folder, **how)
        self.addCleanup(life.stop)
        return await life.start()


class RotateTests(RotationCase):
    """
    What C{key rotate} promises.
    """

    async def test_done(self) -> None:
        """
        When it says finished, the old key is gone from the file and needed by
        nothing, in the database or in the spool.
        """
        (old,) = self.life.file.read()
        answer = await self.life.rotate()
        done = {"sealed": 10, "finished": True, "warnings": []}
        self.assertEqual(answer.document, done)
        (new,) = self.life.file.read()
        self.assertNotEqual(new, old)
        copy = self.folder.with_name("copy")
        shutil.copytree(self.folder, copy)
        self.assertEqual((await self.begin(copy)).passwords(), EVERYBODY)

    async def test_nothingElse(self) -> None:
        """
        Registrations and all else stay as they were.
        """
        before = dict(self.life.registry.accounts)
        await self.life.rotate()
        for number, account in self.life.registry.accounts.items():
            same = account._replace(password=before[number].password)
            self.assertEqual(same, before[number])
            self.assertNotEqual(account.password, before[number].password)

    async def test_again(self) -> None:
        """
        It can be done again; not while one is under way.
        """
        await self.life.rotate()
        first = Deferred.fromCoroutine(self.life.rotate())
        self.assertRaises(Refused, self.life.rotation.rotate, VerbRequest({}, NOW))
        await first
        self.assertEqual(self.life.passwords(), EVERYBODY)

    async def test_unwritable(self) -> None:
        """
        A file that cannot be written is told, and everything is as before.
        """
        before = self.life.file.read()
        self.life.file.path.with_name("secret.key.new").mkdir()
        await self.assertFailure(Deferred.fromCoroutine(self.life.rotate()), StoreError)
        self.assertEqual(self.life.file.read(), before)
        self.assertEqual(self.life.passwords(), EVERYBODY)

    async def test_lent(self) -> None:
        """
        A systemd credential is the operator's to change: a new key put before
        the old one is used from the next start on, for everything.
        """
        await self.life.stop()
        (old,) = self.life.file.read()
        self.life.file.write([b"n" * 32, old])
        life = await self.begin(self.folder, lent=True)
        await life.finished()
        text = str(
            self.assertRaises(Refused, life.rotation.rotate, VerbRequest({}, NOW))
        )
        self.assertIn("credential", text)
        await life.stop()
        self.life.file.write([b"n" * 32])
        self.assertEqual((await self.begin(self.folder)).passwords(), EVERYBODY)

    async def test_importMeanwhile(self) -> None:
        """
        Rows that were read before the change and committed after it are
        sealed under the new key.
        """
        table = "mac,number,password\n7C2F80FFFFFF,99,late one 1\n"
        batch = CsvImport(self.life.registry, table, self.life.numbering(), NOW)
        list(batch.read())
        await self.life.rotate()
        batch.commit()
        account = self.life.registry.accounts["99"]
        self.assertTrue(self.life.ring.vault.current(account.password))
        self.assertEqual(self.life.ring.open(account), "late one 1")

    async def test_unreadable(self) -> None:
        """
        A password that nobody can open any more does not keep the others
        from the new key.
        """
        account = self.life.registry.accounts["20"]
        moved = account._replace(password=self.life.registry.accounts["21"].password)
        self.life.registry.put(moved)
        await self.life.rotate()
        self.assertRaises(VaultError, self.life.ring.open, moved)
        self.life.registry.drop(moved)
        self.assertEqual(self.life.passwords(), EVERYBODY - {"password 0!"})

    async def test_databaseAway(self) -> None:
        """
        As long as the database takes nothing, the old key stays; the command
        says so, and it goes when the database is back.
        """
        self.patch(rotation, "PATIENCE", 0.3)
        apply, down = self.life.store.store.apply, True

        def refuse(changes: Any) -> Any:
            return apply(changes) if not down else _failing()

        self.patch(self.life.store.store, "apply", refuse)
        answer = await self.life.rotate()
        assert answer.document is not None
        self.assertFalse(answer.document["finished"])
        self.assertEqual(len(self.life.file.read()), 2)
        down = False
        await self.life.finished()
        self.assertEqual(len(self.life.file.read()), 1)


def snapshot(folder: Path, copy: Path) -> None:
    """
    Copy a folder as it was at one moment.

    The database's thread goes on while files are copied, so that a file may
    vanish or change under the copy: then it is made again.
    """
    while True:
        before = listing(folder)
        with contextlib.suppress(FileNotFoundError, shutil.Error):
            shutil.copytree(folder, copy)
            if listing(folder) == before:
                return
        shutil.rmtree(copy, ignore_errors=True)


def listing(folder: Path) -> list[tuple[str, int, int]]:
    """
    Name, size and time of each file there.
    """
    found = []
    for path in sorted(folder.rglob("*")):
        with contextlib.suppress(FileNotFoundError):
            status = path.stat()
            found.append((str(path), status.st_size, status.st_mtime_ns))
    return found


def _failing() -> Deferred[None]:
    """
    What a database says that is away.
    """
    failed: Deferred[None] = succeed(None)
    return failed.addCallback(_away)


def _away(result: None) -> None:
    raise StoreError("away")


class CrashTests(RotationCase):
    """
    A rotation that is cut off.
    """

    async def test_anywhere(self) -> None:
        """
        Wherever kill -9 hits, the next start opens every password, goes on,
        and ends with one key.
        """
        copies: list[Path] = []

        def copy() -> None:
            copies.append(self.folder.with_name(f"crash{len(copies)}"))
            snapshot(self.folder, copies[-1])

        self._between(rotation, "deferLater", copy)
        self._between(os, "replace", copy)
        await self.life.rotate()
        await self.life.stop()
        self.assertGreater(len(copies), 8)
        keys = {len(KeyFile(folder / "secret.key").read()) for folder in copies}
        self.assertEqual(keys, {1, 2})
        for folder in copies:
            life = Life(folder)
            await life.start()
            self.assertEqual(life.passwords(), EVERYBODY, folder.name)
            await life.finished()
            self.assertEqual(len(life.file.read()), 1, folder.name)
            await life.stop()

    def _between(self, module: Any, name: str, copy: Callable[[], None]) -> None:
        """
        Have C{copy} called before and after each call of a function.
        """
        real = getattr(module, name)

        def both(*arguments: Any) -> Any:
            copy()
            result = real(*arguments)
            copy()
            return result

        self.patch(module, name, both)


class EarlierTests(RotationCase):
    """
    A store from before there was a key.
    """

    async def test_sealed(self) -> None:
        """
        After the first start with a key, and its end, no password stands in
        clear anywhere below the state directory any more.
        """
        for account in list(self.life.registry.accounts.values()):
            clear = self.life.ring.open(account)
            self.life.registry.put(account._replace(password=clear))
        await self.life.stop()
        self.life.file.path.unlink()
        self.assertTrue(self.clear())
        life = await self.begin(self.folder)
        self.assertEqual(life.passwords(), EVERYBODY)
        await life.stop()
        self.assertEqual(self.clear(), [])

    def clear(self) -> list[str]:
        """
        The files that hold a password in clear.
        """
        files = [file for file in self.folder.rglob("*") if file.is_file()]
        return [file.name for file in files if b"password 3!" in file.read_bytes()]
