"""
Tests for L{gigasetd.store.service}.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from twisted.application.service import Service
from twisted.internet import reactor, task
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SkipTest, TestCase

from gigasetd.config.sections.server import StoreSection as Section
from gigasetd.errors import StoreError
from gigasetd.process.clock import SteadyClock
from gigasetd.registry.journal import Journal
from gigasetd.registry.registry import Registry
from gigasetd.store.postgres import ownership as pgclaim
from gigasetd.store.service import StoreService
from tests.store import pgserver
from tests.store.values import ACCOUNT, BINDING, DEVICE

NOW = 1_800_000_000.0


class Witness(Service):
    """
    A listener that notes what the registry held when it was started, and
    changes something as it stops, in its own time.
    """

    def __init__(self, store: StoreService, registry: Registry) -> None:
        self.store = store
        self.registry = registry
        self.found: int | None = None
        self.stopping: Deferred[None] = Deferred()

    def startService(self) -> None:
        """
        Look.
        """
        super().startService()
        self.found = len(self.registry.accounts)

    def stopService(self) -> Deferred[None]:
        """
        Change an account once the test lets it.
        """
        super().stopService()
        self.stopping.addCallback(
            lambda _: self.registry.put(ACCOUNT._replace(nickname="late"))
        )
        return self.stopping


class ServiceTests(TestCase):
    """
    The registry comes back, whatever way the daemon ended.
    """

    def setUp(self) -> None:
        """
        A directory for the state.
        """
        os.mkdir(directory := self.mktemp())
        self.directory = Path(directory)
        self.addCleanup(gc.unfreeze)

    url = "sqlite:gigasetd.db"
    kind = "sqlite"

    def make(self, now: float = NOW, **given: Any) -> tuple[StoreService, Registry]:
        """
        A service and its empty registry, as a start of the daemon makes them.
        """
        registry = Registry(Journal())
        # It runs like the machine's: under load a test takes seconds.
        self.offset = now - reactor.seconds()
        clock = SteadyClock(reactor.seconds, lambda: reactor.seconds() + self.offset)
        section = Section(**({"url": self.url, "flush_interval": 60.0} | given))
        service = StoreService(section, self.directory, registry, clock, reactor)
        return service, registry

    async def started(self, now: float = NOW) -> tuple[StoreService, Registry]:
        """
        As L{make}, and loaded.
        """
        service, registry = self.make(now)
        self.addCleanup(self.crash, service)
        service.startService()
        await service.loaded
        return service, registry

    async def crash(self, service: StoreService) -> None:
        """
        Let go of the files without a flush, as the end of a process does.
        """
        for timer in list(service):
            if timer.running:
                await timer.stopService()
        if service.flush._alarm is not None and service.flush._alarm.active():
            service.flush._alarm.cancel()
        await service.spool.close()
        await service.store.close()

    async def test_stopped(self) -> None:
        """
        After a clean end everything is in the database, nothing in the spool.
        """
        service, registry = await self.started()
        registry.put(ACCOUNT)
        service.settle()
        await service.stopService()
        self.assertEqual(list((self.directory / "spool").iterdir()), [])
        _, registry = await self.started()
        self.assertEqual(registry.accounts, {ACCOUNT.number: ACCOUNT})

    async def test_crashed(self) -> None:
        """
        After a crash everything comes back that was settled.
        """
        service, registry = await self.started()
        registry.put(ACCOUNT)
        registry.put(DEVICE)
        service.settle()
        registry.drop(DEVICE)
        service.settle()
        registry.put(ACCOUNT._replace(number="999"))
        await self.crash(service)
        for _ in range(2):
            service, registry = await self.started()
            self.assertEqual(registry.accounts, {ACCOUNT.number: ACCOUNT})
            self.assertEqual(registry.devices, {})
            await self.crash(service)

    async def test_replayedIsFlushed(self) -> None:
        """
        What came back from the spool is in the database after the next clean
        end.
        """
        service, registry = await self.started()
        registry.put(ACCOUNT)
        service.settle()
        await self.crash(service)
        service, registry = await self.started()
        await service.stopService()
        self.assertEqual(list((self.directory / "spool").iterdir()), [])
        _, registry = await self.started()
        self.assertEqual(registry.accounts, {ACCOUNT.number: ACCOUNT})

    async def test_expired(self) -> None:
        """
        Of the bindings those come back that have not ended meanwhile.
        """
        short = BINDING._replace(key="short", expires=NOW + 60)
        longer = BINDING._replace(key="long", expires=NOW + 3600)
        service, registry = await self.started()
        registry.bind(BINDING.number, (short, longer))
        service.settle()
        await self.crash(service)
        service, registry = await self.started(NOW + 600)
        self.assertEqual(registry.bindings, {BINDING.number: (longer,)})
        await service.stopService()
        _, registry = await self.started(NOW)
        self.assertEqual(registry.bindings, {BINDING.number: (longer,)})

    async def test_clockSet(self) -> None:
        """
        When somebody sets the machine's clock, forth or back, no live
        binding ends or lasts longer by it, neither now nor after a restart.
        """
        for jump in (7200.0, -7200.0):
            service, registry = await self.started()
            bound = BINDING._replace(expires=NOW + 3600, registered=NOW)
            registry.bind(BINDING.number, (bound,))
            service.settle()
            self.offset += jump
            service._sweep()
            await task.deferLater(reactor, 0.05)
            self.assertEqual(registry.bindings, {BINDING.number: (bound,)})
            await self.crash(service)
            service, registry = await self.started(NOW + jump + 60)
            (found,) = registry.bindings[BINDING.number]
            self.assertLess(abs(found.expires - (NOW + jump + 3600)), 2)
            await service.stopService()
            service, registry = await self.started(NOW + jump + 3700)
            self.assertEqual(registry.bindings, {})
            await service.stopService()

    async def test_behind(self) -> None:
        """
        When more waits than should, the state says so until it is caught up.
        """
        service, registry = self.make(pending_warn=100)
        self.addCleanup(self.crash, service)
        service.startService()
        await service.loaded
        for number in range(150):
            registry.put(ACCOUNT._replace(number=str(number), nickname=""))
        service.flush._watch()
        state = service.state()
        self.assertFalse(state["ok"])
        self.assertEqual((state["pending"], state["most"]), (150, 150))
        self.assertEqual(service.gauges()["pending_most"], 150)
        service.settle()
        await service.flush.once()
        service.flush._watch()
        self.assertTrue(service.state()["ok"])

    async def test_listeners(self) -> None:
        """
        Listeners start when the registry is loaded, are waited for at the
        end, and what they change as they stop is kept.
        """
        service, registry = await self.started()
        registry.put(ACCOUNT)
        service.settle()
        await service.stopService()
        service, registry = self.make()
        witness = Witness(service, registry)
        witness.setServiceParent(service.listeners)
        service.startService()
        self.assertIsNone(witness.found)
        await service.loaded
        self.assertEqual(witness.found, 1)
        stopped = service.stopService()
        await task.deferLater(reactor, 0, lambda: None)
        self.assertNoResult(stopped)
        witness.stopping.callback(None)
        await stopped
        _, registry = await self.started()
        self.assertEqual(registry.accounts[ACCOUNT.number].nickname, "late")

    async def test_state(self) -> None:
        """
        The state tells whether the registry is loaded, and what waits.
        """
        service, registry = self.make()
        self.assertFalse(service.state()["ok"])
        service.startService()
        await service.loaded
        registry.put(ACCOUNT)
        service.settle()
        state = service.state()
        self.assertEqual((state["ok"], state["detail"]), (True, ""))
        self.assertEqual((state["kind"], state["pending"]), (self.kind, 1))
        await service.stopService()
        self.assertFalse(service.state()["ok"])

    async def test_safe(self) -> None:
        """
        A settled change can be waited for until it is on the disk.
        """
        service, registry = await self.started()
        number = registry.put(ACCOUNT)
        service.settle()
        await service.safe(number)
        with self.assertRaises(StoreError):
            await service.safe(number + 1)

    async def test_notLoaded(self) -> None:
        """
        A database that cannot be opened fails the start with one line; no
        listener was started, and stopping then works.
        """
        (self.directory / "gigasetd.db").write_text("not a database at all" * 100)
        service, registry = self.make()
        witness = Witness(service, registry)
        witness.setServiceParent(service.listeners)
        service.startService()
        with self.assertRaises(StoreError) as failed:
            await service.loaded
        self.assertNotIn("\n", str(failed.exception))
        self.assertIsNone(witness.found)
        await service.stopService()

    async def test_second(self) -> None:
        """
        A second daemon on the same state is refused, and takes nothing from
        the first.
        """
        service, registry = await self.started()
        registry.put(ACCOUNT)
        service.settle()
        second, _ = self.make()
        second.startService()
        with self.assertRaises(StoreError) as failed:
            await second.loaded
        self.assertIn("another gigasetd", str(failed.exception))
        await second.stopService()
        await service.stopService()
        _, registry = await self.started()
        self.assertEqual(registry.accounts, {ACCOUNT.number: ACCOUNT})

    async def test_stopWhileLoading(self) -> None:
        """
        A daemon that is ended while it loads ends quietly.
        """
        service, _ = self.make()
        service.startService()
        await service.stopService()
        self.assertNoResult(service.loaded)
        await (await self.started())[0].stopService()

    async def test_fullSpool(self) -> None:
        """
        A change that cannot be spooled is not answered; it is kept for later.
        """
        service, registry = await self.started()
        full = os.open("/dev/full", os.O_WRONLY)
        self.addCleanup(os.close, full)
        write, service.spool._write = (
            service.spool._write,
            lambda _, d: os.write(full, d),
        )
        registry.put(ACCOUNT)
        self.assertRaises(StoreError, service.settle)
        self.assertRaises(StoreError, service.settle)
        self.assertFalse(service.state()["ok"])
        service.spool._write, service.spool._retry = write, 0.0
        service.settle()
        await self.crash(service)
        _, registry = await self.started()
        self.assertEqual(registry.accounts, {ACCOUNT.number: ACCOUNT})

    def test_unknownUrl(self) -> None:
        """
        A store that we do not have is refused by its name.
        """
        error = self.assertRaises(StoreError, self.make, url="oracle:x")
        self.assertIn("oracle", str(error))

    def test_killed(self) -> None:
        """
        A process that is killed at any moment has kept all it answered.
        """
        return Deferred.fromCoroutine(self.killed())

    def answers(self, moment: int) -> list[bytes]:
        """
        Have a process answer until it is killed, after C{moment} answers.
        """
        command = [sys.executable, "-m", "tests.store.answering"]
        with subprocess.Popen(
            [*command, self.directory.resolve(), self.url],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        ) as child:
            assert child.stdout is not None
            answered = [child.stdout.readline() for _ in range(moment)]
            child.kill()
            return answered + child.stdout.readlines()

    async def killed(self) -> None:
        """
        As C{test_killed}, several times over the same state.
        """
        for moment in (40, 400, 1500):
            answered = self.answers(moment)
            service, registry = await self.started()
            # Every number answered before holds its last answer, or a newer.
            told = dict(line.split() for line in answered if line.endswith(b"\n"))
            self.assertGreater(len(told), 30)
            for name, value in told.items():
                account = registry.accounts[name.decode()]
                self.assertGreaterEqual(account.active, float(value))
            await service.stopService()


class PostgresServiceTests(ServiceTests):
    """
    The same over Postgres.
    """

    kind = "postgres"

    def setUp(self) -> None:
        """
        A database.
        """
        if why := pgserver.required():
            raise SkipTest(why)
        server = pgserver.shared()
        self.url = pgserver.fresh(server)
        self.addCleanup(lambda: pgserver.drop(server, self.url))
        self.patch(pgclaim, "HELD", 2.0)
        super().setUp()

    async def test_notLoaded(self) -> None:
        """
        A database that cannot be had fails the start with one line.
        """
        service, registry = self.make(url=self.url + "x")
        witness = Witness(service, registry)
        witness.setServiceParent(service.listeners)
        service.startService()
        with self.assertRaises(StoreError) as failed:
            await service.loaded
        self.assertNotIn("\n", str(failed.exception))
        self.assertIsNone(witness.found)
        await service.stopService()

    async def test_stopWhileWaiting(self) -> None:
        """
        A daemon that is ended while it waits for the server ends quietly.
        """
        service, _ = self.make(url="postgresql://me@127.0.0.1:1/x")
        service.startService()
        await task.deferLater(reactor, 0.1)
        await service.stopService()
        self.assertNoResult(service.loaded)

    async def test_otherDirectory(self) -> None:
        """
        A second daemon on the same database is refused, though its state is
        elsewhere.
        """
        await self.started()
        os.mkdir(directory := self.mktemp())
        self.directory = Path(directory)
        second, _ = self.make()
        second.startService()
        with self.assertRaises(StoreError) as failed:
            await second.loaded
        self.assertIn("another gigasetd", str(failed.exception))
        await second.stopService()
