"""
Tests for L{gigasetd.store.postgres.store}, with a real server.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import Any

import psycopg2
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall, deferLater
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import SkipTest, TestCase

from gigasetd.errors import StoreError
from gigasetd.registry.model import KINDS, Value
from gigasetd.store.migrate import steps
from gigasetd.store.postgres import connection as pgconnection
from gigasetd.store.postgres import ownership as pgclaim
from gigasetd.store.postgres import store as postgres
from gigasetd.store.postgres.store import PostgresStore
from tests.store import pgserver
from tests.store.contract import StoreTests
from tests.store.values import ACCOUNT, BINDING, changeOf


class PostgresCase(TestCase):
    """
    A database of its own for each test, on the shared server.
    """

    server: Any

    def setUp(self) -> None:
        """
        Make it.
        """
        if why := pgserver.required():
            raise SkipTest(why)
        self.server = pgserver.shared()
        self.url = pgserver.fresh(self.server)
        self.addCleanup(lambda: pgserver.drop(self.server, self.url))
        self.patch(pgclaim, "HELD", 0.3)

    def make(self) -> PostgresStore:
        """
        A store over that database.
        """
        return PostgresStore(self.url, 1.0, reactor)

    async def use(self) -> PostgresStore:
        """
        An open store, closed when the test ends.
        """
        store = self.make()
        self.addCleanup(store.close)
        await store.open()
        return store

    async def loaded(self, store: PostgresStore) -> list[Value]:
        """
        All that C{store} holds.
        """
        values: list[Value] = []
        await store.load(values.extend)
        return values

    async def until(self, true: Callable[[], Any], seconds: float = 10.0) -> None:
        """
        Wait for something to become true.
        """
        end = reactor.seconds() + seconds
        while not true():
            self.assertLess(reactor.seconds(), end, "it never came true")
            await deferLater(reactor, 0.02)

    async def applied(self, store: PostgresStore, value: Value) -> None:
        """
        Write something, as often as it takes.
        """
        end = reactor.seconds() + 15
        while True:
            try:
                await store.apply([changeOf(value)])
            except StoreError:
                self.assertLess(reactor.seconds(), end)
                await deferLater(reactor, 0.05)
            else:
                return


class PostgresStoreTests(PostgresCase, StoreTests):
    """
    What every store does, and what is Postgres's own.
    """

    async def refusal(self, store: PostgresStore) -> str:
        """
        Why a store cannot be opened.
        """
        self.addCleanup(store.close)
        with self.assertRaises(StoreError) as refused:
            await store.open()
        self.assertNotIn("\n", str(refused.exception))
        return str(refused.exception)

    async def test_columns(self) -> None:
        """
        Tables and classes name the same fields in the same order.
        """
        await self.use()
        sql = (
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
        )
        tables: dict[str, list[str]] = {}
        with pgserver.asOwner(self.url) as cursor:
            cursor.execute(sql)
            for table, column in cursor.fetchall():
                tables.setdefault(table, []).append(column)
        ours = {kind.name: list(kind.type._fields) for kind in KINDS.values()}
        self.assertEqual(tables, {**ours, "schema": ["version"], "daemon": ["token"]})

    async def test_newerSchema(self) -> None:
        """
        A database of a newer gigasetd is refused and not touched.
        """
        await (await self.use()).close()
        with pgserver.asOwner(self.url) as cursor:
            cursor.execute("UPDATE schema SET version = 999")
        self.assertIn("999", await self.refusal(self.make()))

    async def test_laterStep(self) -> None:
        """
        An old database gets the steps that it lacks, all or none.
        """
        store = await self.use()
        await store.apply([changeOf(ACCOUNT)])
        await store.close()
        known = steps("postgres")
        sql = ("UPDATE account SET nickname = 'Jo'", "SELECT nonsense")
        step = known[-1]._replace(number=known[-1].number + 1, statements=sql)
        self.patch(pgclaim, "steps", lambda dialect: [*known, step])
        self.assertIn("nonsense", await self.refusal(self.make()))
        step = step._replace(statements=sql[:1])
        (account,) = await self.loaded(await self.use())
        self.assertEqual(account, ACCOUNT._replace(nickname="Jo"))

    async def test_noDatabase(self) -> None:
        """
        A database that is not there is said at once, however long a silent
        server would be waited for.
        """
        url = self.url.rpartition("/")[0] + "/nowhere"
        store = PostgresStore(url, 60.0, reactor)
        began = reactor.seconds()
        self.assertIn("does not exist", await self.refusal(store))
        self.assertLess(reactor.seconds() - began, 5)

    async def test_wrongEncoding(self) -> None:
        """
        A database that cannot hold every name is refused.
        """
        with pgserver.asOwner(self.server.url) as cursor:
            cursor.execute(
                "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' "
                "LC_COLLATE 'C' LC_CTYPE 'C'"
            )
        url = self.url.rpartition("/")[0] + "/latin"
        self.addCleanup(lambda: pgserver.drop(self.server, url))
        self.assertIn("UTF8", await self.refusal(PostgresStore(url, 1.0, reactor)))

    async def test_silent(self) -> None:
        """
        A server that does not answer is waited for as long as was asked, and
        then named, without the password.
        """
        url = "postgresql://me:geheim@127.0.0.1:1/db"
        store = PostgresStore(url, 1.0, reactor)
        began = reactor.seconds()
        reason = await self.refusal(store)
        self.assertIn("refused", reason)
        self.assertIn("127.0.0.1", reason)
        self.assertNotIn("geheim", reason)
        self.assertGreater(reactor.seconds() - began, 0.4)

    async def test_stopWhileWaiting(self) -> None:
        """
        Whoever ends the daemon while it waits is not made to wait.
        """
        store = PostgresStore("postgresql://me@127.0.0.1:1/db", 60.0, reactor)
        opening = store.open()
        await deferLater(reactor, 0.1)
        opening.cancel()
        await store.close()
        self.failureResultOf(opening)

    async def test_hostName(self) -> None:
        """
        A host is found by its name, and by several.
        """
        for name in ("localhost", "127.0.0.1,localhost"):
            self.url = self.url.replace("127.0.0.1", name)
            await (await self.use()).close()

    async def test_unknownHost(self) -> None:
        """
        A name that nobody knows is said.
        """
        url = "postgresql://me@nobody.invalid/db"
        reason = await self.refusal(PostgresStore(url, 0.0, reactor))
        self.assertIn("nobody.invalid", reason)

    async def test_frozenLoad(self) -> None:
        """
        A page at a time: nothing else has to wait long while all is read.
        """
        store = await self.use()
        changes = [changeOf(BINDING._replace(number=str(n))) for n in range(20_000)]
        await store.apply(changes)
        gap = Gap()
        self.assertEqual(len(await self.loaded(store)), 20_000)
        self.assertLess(gap.stop(), 0.25)


class Gap:
    """
    Finds the longest time that the reactor was away.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.monotonic()
        self._loop = LoopingCall(self._look)
        self._loop.start(0.002)

    def _look(self) -> None:
        """
        See when it was here last.
        """
        now = time.monotonic()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def stop(self) -> float:
        """
        The longest gap, in seconds.
        """
        self._look()
        self._loop.stop()
        return self.longest


class LockTests(PostgresCase):
    """
    One daemon a database, whatever happens to the session.
    """

    def terminate(self) -> None:
        """
        End every session of the database but this one.
        """
        with pgserver.asOwner(self.url) as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    async def test_returns(self) -> None:
        """
        A session that the server ends, busy or idle, is replaced, and the
        lock with it; nothing is logged as a fault.
        """
        self.patch(postgres, "BEAT", 0.05)
        store = await self.use()
        for number in ("1", "2", "3"):
            self.terminate()
            await self.applied(store, ACCOUNT._replace(number=number))
        self.terminate()
        session = store._session
        await self.until(lambda: store._session is not session and not store.detail)
        self.assertEqual(len(await self.loaded(store)), 3)
        second = self.make()
        with self.assertRaises(StoreError):
            await second.open()
        await second.close()

    async def test_takenOver(self) -> None:
        """
        A daemon that was cut off, and finds that another one has had the
        database, never writes again and says so loudly.
        """
        first = await self.use()
        await first.apply([changeOf(ACCOUNT)])
        self.patch(postgres, "BEAT", 1000)
        self.terminate()
        second = await self.use()
        for _ in range(2):
            with self.assertRaises(StoreError) as failed:
                await first.apply([changeOf(ACCOUNT._replace(nickname="old"))])
            self.assertIn("another gigasetd", str(failed.exception))
            self.assertIn("another gigasetd", first.detail)
            await second.close()
        self.assertEqual(await self.loaded(await self.use()), [ACCOUNT])

    async def test_zombie(self) -> None:
        """
        Our own former session, which the server still believes in, does not
        keep us out.
        """
        store = await self.use()
        former, store._session = store._session, None
        assert former is not None
        await store.apply([changeOf(ACCOUNT)])
        self.assertEqual(await self.loaded(store), [ACCOUNT])
        former.end("test")


class AwayTests(PostgresCase):
    """
    A server of its own, which stops, dies and freezes.
    """

    def setUp(self) -> None:
        """
        Start it.
        """
        if why := pgserver.required():
            raise SkipTest(why)
        if not isinstance(pgserver.shared(), pgserver.Server):
            raise SkipTest("somebody else's server is not stopped for a test")
        self.server = pgserver.Server()
        self.addCleanup(self.server.remove)
        self.server.start()
        self.url = self.server.url
        self.patch(postgres, "BEAT", 0.1)
        self.patch(pgconnection, "PATIENCE", 1.0)
        self.patch(postgres, "CONNECT", 0.5)

    async def off(self, work: Callable[[], Any]) -> None:
        """
        Do something that blocks.
        """
        await deferToThread(work)

    async def test_restarts(self) -> None:
        """
        Whether the server is stopped in good order or falls over, it is
        noticed without a write, and all is well once it is back.
        """
        store = await self.use()
        for number, how in enumerate((signal.SIGINT, signal.SIGQUIT) * 2):
            await self.off(lambda how=how: self.server.stop(how))
            await self.until(lambda: store.detail)
            with self.assertRaises(StoreError) as failed:
                await store.apply([changeOf(ACCOUNT)])
            self.assertNotIn("\n", str(failed.exception))
            await self.off(self.server.start)
            await self.until(lambda: not store.detail)
            await self.applied(store, ACCOUNT._replace(number=str(number)))
        self.assertEqual(len(await self.loaded(store)), 4)

    async def test_underWrites(self) -> None:
        """
        Writes that a falling server interrupts fail with one line each, and
        what was said to be written is there afterwards.
        """
        store = await self.use()
        written: list[str] = []
        stopping = False

        async def writing() -> None:
            number = 0
            while not stopping:
                number += 1
                value = BINDING._replace(number=str(number))
                try:
                    await store.apply([changeOf(value)])
                    written.append(value.number)
                except StoreError:
                    await deferLater(reactor, 0.02)

        done = Deferred.fromCoroutine(writing())
        for how in (signal.SIGQUIT, signal.SIGINT, signal.SIGQUIT):
            before = len(written)
            await self.until(lambda before=before: len(written) > before + 50)
            await self.off(lambda how=how: (self.server.stop(how), self.server.start()))
        before = len(written)
        await self.until(lambda: len(written) > before + 50)
        stopping = True
        await done
        found = {value[0] for value in await self.loaded(store)}
        self.assertEqual(set(written) - found, set())

    async def test_frozen(self) -> None:
        """
        A server that is there and says nothing fails a write in time, holds
        up nobody else, and gets the write once it goes on.
        """
        store = await self.use()
        await store.apply([changeOf(ACCOUNT)])
        self.server.freeze()
        gap = Gap()
        began = reactor.seconds()
        with self.assertRaises(StoreError) as failed:
            await store.apply([changeOf(BINDING)])
        self.assertIn("no response", str(failed.exception))
        self.assertLess(reactor.seconds() - began, 3)
        with self.assertRaises(StoreError):
            await store.apply([changeOf(BINDING)])
        self.assertLess(gap.stop(), 0.2)
        self.server.thaw()
        await self.applied(store, BINDING)
        self.assertCountEqual(await self.loaded(store), [ACCOUNT, BINDING])

    async def test_givenUp(self) -> None:
        """
        Whoever no longer waits for a write is let go at once, though the
        server is silent.
        """
        store = await self.use()
        self.server.freeze()
        began = reactor.seconds()
        writing = store.apply([changeOf(BINDING)])
        await deferLater(reactor, 0.05)
        writing.cancel()
        self.failureResultOf(writing)
        await store.close()
        self.assertLess(reactor.seconds() - began, 0.5)

    async def test_waitedFor(self) -> None:
        """
        A start while the server is away goes on once it is there.
        """
        await self.off(self.server.stop)
        store = PostgresStore(self.url, 20.0, reactor)
        self.addCleanup(store.close)
        opening = store.open()
        await deferLater(reactor, 0.5)
        self.assertNoResult(opening)
        await self.off(self.server.start)
        await opening
        await store.apply([changeOf(ACCOUNT)])

    async def test_password(self) -> None:
        """
        A wrong password is said at once and not repeated; the right one may
        stand in the URL or, as libpq does it, in a file.
        """
        with pgserver.asOwner(self.url) as cursor:
            cursor.execute("CREATE ROLE other LOGIN PASSWORD 'ri\\ght' SUPERUSER")
        rules = self.server._home / "data" / "pg_hba.conf"
        line = "host all other 127.0.0.1/32 scram-sha-256\n"
        rules.write_text(line + rules.read_text())
        with pgserver.asOwner(self.url) as cursor:
            cursor.execute("SELECT pg_reload_conf()")
        await self.until(lambda: not self.reaches("other"))
        for login in ("other:wrong", "other"):
            self.url = self.server.url.replace("gigasetd", login)
            store = PostgresStore(self.url, 60.0, reactor)
            self.addCleanup(store.close)
            with self.assertRaises(StoreError) as refused:
                await store.open()
            self.assertIn("password", str(refused.exception))
            self.assertNotIn("wrong", str(refused.exception))
        self.url = self.server.url.replace("gigasetd", "other:ri%5Cght")
        await (await self.use()).close()

    def reaches(self, user: str) -> bool:
        """
        Whether somebody is let in without a password.
        """
        try:
            psycopg2.connect(self.server.url.replace("gigasetd", user)).close()
        except psycopg2.OperationalError:
            return False
        return True
