"""
Random histories of the store, with crashes between any two steps.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from gigasetd.errors import StoreError
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import KINDS, Account, Binding, Change, Device, Value
from gigasetd.registry.registry import Registry
from gigasetd.store import compaction as compact
from gigasetd.store import flush
from gigasetd.store.flush import Flush, Schedule
from gigasetd.store.spool import Spool
from gigasetd.store.sqlitefile import openFile
from tests.store import pgserver
from tests.store.pgdirect import DirectPostgres
from tests.store.test_spool import FullDisk
from tests.store.values import ACCOUNT, BINDING, DEVICE

Key = tuple[str, tuple[str, ...]]
NUMBERS = some.sampled_from(["1", "2", "3\t\n"])
TICK = 0.001
WORDS = some.sampled_from(["", "a", "\\\t\r\n\0", "\ud800", "\N{SNOWMAN}"])


class Machine(Clock):
    """
    A clock with threads, on which nothing happens in the tick that asks for it.
    """

    def callLater(self, delay: float, *given: Any, **named: Any) -> Any:
        """
        At the next tick at the earliest.
        """
        return super().callLater(max(delay, TICK), *given, **named)

    def getThreadPool(self) -> Machine:
        """
        Itself.
        """
        return self

    def callInThreadWithCallback(self, told: Any, work: Any, *given: Any) -> None:
        """
        Work at once.
        """
        told(True, work(*given))

    def callFromThread(self, work: Any, *given: Any) -> None:
        """
        Go on later.
        """
        self.callLater(0, work, *given)


class DirectStore:
    """
    A real database in this thread.

    @ivar way: C{"quick"}: it answers at once; C{"slow"}: the test says when
        it commits, and when it answers; C{"away"}: each write fails.
    @ivar held: the write that a slow database works on, and its answer.
    """

    kind = "sqlite"

    def __init__(self, database: Any) -> None:
        self.database = database
        self.way = "quick"
        self.held: tuple[Sequence[Change], Deferred[None]] | None = None

    def open(self) -> Deferred[None]:
        """
        It is open already.
        """
        return succeed(None)

    def load(self, take: Callable[[Sequence[Value]], None]) -> Deferred[None]:
        """
        All pages.
        """
        for kind in KINDS.values():
            for page in self.database.pages(kind):
                take(page)
        return succeed(None)

    def apply(self, changes: Sequence[Change]) -> Deferred[None]:
        """
        As L{way} says.
        """
        assert self.held is None, "two writes at a time"
        if self.way == "away":
            return fail(StoreError("away"))
        if self.way == "quick":
            self.database.apply(changes)
            return succeed(None)
        self.held = changes, Deferred()
        return self.held[1]

    def commit(self) -> None:
        """
        Commit what is held, without an answer yet.
        """
        assert self.held is not None
        self.database.apply(self.held[0])

    def answer(self) -> None:
        """
        Commit what is held, and say so.
        """
        self.commit()
        assert self.held is not None
        (_, done), self.held = self.held, None
        done.callback(None)

    def close(self) -> Deferred[None]:
        """
        Let the file go.
        """
        self.database.close()
        return succeed(None)


def held(registry: Registry) -> dict[Key, Value]:
    """
    All that a registry holds, by kind and key.
    """
    values: list[Value] = [
        *registry.devices.values(),
        *registry.accounts.values(),
        *(binding for many in registry.bindings.values() for binding in many),
    ]
    kinds = {kind.type: kind for kind in KINDS.values()}
    return {
        (kinds[type(value)].name, tuple(value[: kinds[type(value)].width])): value
        for value in values
    }


class History(RuleBasedStateMachine):
    """
    A daemon's life: changes, answers, flushes, full disks, crashes.

    @ivar answered: what clients were told, by key.
    @ivar unanswered: what changed since without an answer, by key.
    """

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp())
        self.empty()
        self.answered: dict[Key, Value | None] = {}
        self.unanswered: defaultdict[Key, list[Value | None]] = defaultdict(list)
        self.start()

    def empty(self) -> None:
        """
        Begin with an empty database.
        """

    def database(self) -> Any:
        """
        Open the database.
        """
        return openFile(self.directory / "db")

    def start(self) -> None:
        """
        Start as the daemon does.
        """
        self.clock = Machine()
        self.registry = Registry(Journal())
        self.disk = FullDisk(1 << 30)
        self.spool = Spool(self.directory / "spool", self.clock, self.disk.write)
        self.store = DirectStore(self.database())
        self.spool.open()
        self.store.load(self.registry.load)
        for change in self.spool.replay():
            self.registry.replay(change.kind, change.key, change.value)
        self.registry.journal.take()
        self.flush = Flush(
            self.registry.journal, self.spool, self.store, Schedule(), self.clock
        )
        self.flush.start()

    def teardown(self) -> None:
        """
        Leave nothing behind.
        """
        self.stop()
        shutil.rmtree(self.directory)

    def stop(self) -> None:
        """
        Let go of the files, and do nothing else.
        """
        self.spool.close()
        self.store.close()

    def settle(self, before: dict[Key, Value]) -> None:
        """
        Spool what changed and note whether it may be answered.
        """
        after = held(self.registry)
        for key in before.keys() | after.keys():
            if before.get(key) is not after.get(key):
                self.unanswered[key].append(after.get(key))
        changes = self.registry.journal.take()
        if changes:
            try:
                self.spool.append(changes)
            except StoreError:
                self.registry.journal.untake(changes)
                return
        for key, values in self.unanswered.items():
            self.answered[key] = values[-1]
        self.unanswered.clear()

    @rule(number=NUMBERS, word=WORDS, gone=some.booleans())
    def account(self, number: str, word: str, gone: bool) -> None:
        """
        An account is set or dropped.
        """
        before = held(self.registry)
        value: Account = ACCOUNT._replace(number=number, password=word, nickname="")
        (self.registry.drop if gone else self.registry.put)(value)
        self.settle(before)

    @rule(number=NUMBERS, word=WORDS, gone=some.booleans())
    def device(self, number: str, word: str, gone: bool) -> None:
        """
        A device is set or dropped.
        """
        before = held(self.registry)
        value: Device = DEVICE._replace(mac=number, number="", product=word)
        (self.registry.drop if gone else self.registry.put)(value)
        self.settle(before)

    @rule(number=NUMBERS, keys=some.lists(WORDS, unique=True), cseq=some.integers(0, 9))
    def bind(self, number: str, keys: list[str], cseq: int) -> None:
        """
        A phone registers its contacts, or none.
        """
        before = held(self.registry)
        value: Binding = BINDING._replace(number=number, cseq=cseq)
        self.registry.bind(number, tuple(value._replace(key=key) for key in keys))
        self.settle(before)

    @rule(room=some.integers(0, 500))
    def fill(self, room: int) -> None:
        """
        The spool's disk is nearly full.
        """
        self.disk.room = room

    @rule()
    def makeRoom(self) -> None:
        """
        The spool's disk has room again.
        """
        self.disk.room = 1 << 30

    @rule(way=some.sampled_from(["quick", "slow", "away"]))
    def become(self, way: str) -> None:
        """
        The database gets quick, slow, or goes away.
        """
        self.store.way = way

    @rule(seconds=some.sampled_from([1, 40]))
    def wait(self, seconds: int) -> None:
        """
        Time goes by; the flush runs when it is due.
        """
        self.clock.advance(seconds)

    @rule(ticks=some.integers(0, 4))
    def compact(self, ticks: int) -> None:
        """
        A compaction of the spool begins, or goes on by a few steps.
        """
        if self.flush._compaction._running is None and self.spool.used:
            self.flush._compaction.begin()
        self.clock.pump([TICK] * ticks)

    @precondition(lambda self: self.store.held)
    @rule()
    def commit(self) -> None:
        """
        A slow database has committed and not said so.
        """
        self.store.commit()

    @precondition(lambda self: self.store.held)
    @rule()
    def answer(self) -> None:
        """
        A slow database has committed.
        """
        self.store.answer()

    @rule()
    def flushed(self) -> None:
        """
        All is flushed: the database then holds what memory holds, and the
        spool nothing.
        """
        self.store.way = "quick"
        if self.store.held:
            self.store.answer()
        self.clock.pump([4] * 10)
        values: list[Value] = []
        self.store.load(values.extend)
        inMemory = held(self.registry).values()
        assert sorted(map(repr, values)) == sorted(map(repr, inMemory))
        assert not len(self.registry.journal)
        assert not list(self.spool.replay())

    @rule(unlinked=some.integers(0, 2))
    def crash(self, unlinked: int) -> None:
        """
        The process is killed between two steps; where everything is in the
        database, perhaps after the spool has let some segments go.
        """
        whole = not len(self.registry.journal)
        segments = sorted((self.directory / "spool").glob("*.log"))
        for path in segments[: unlinked if whole else 0]:
            path.unlink()
        self.stop()
        self.restart()

    def restart(self) -> None:
        """
        Start again: what was answered is there, or something newer.
        """
        self.start()
        now = held(self.registry)
        for key in self.answered.keys() | self.unanswered.keys() | now.keys():
            allowed = [self.answered.get(key), *self.unanswered.get(key, [])]
            assert now.get(key) in allowed, (key, now.get(key), allowed)
        self.answered = dict(now)
        self.unanswered.clear()

    @invariant()
    def journalHoldsTheDifference(self) -> None:
        """
        Database and journal together make up the memory, after any step.
        """
        values: list[Value] = []
        self.store.load(values.extend)
        registry = Registry(Journal())
        registry.load(values)
        for change in self.registry.journal.waiting():
            registry.replay(change.kind, change.key, change.value)
        assert held(registry) == held(self.registry)


class PostgresHistory(History):
    """
    The same over Postgres, with the statements of the store.
    """

    url = ""

    def empty(self) -> None:
        """
        Begin with empty tables.
        """
        with pgserver.asOwner(self.url) as cursor:
            cursor.execute(f"TRUNCATE {', '.join(KINDS)}")

    def database(self) -> DirectPostgres:
        """
        Connect.
        """
        return DirectPostgres(self.url)


class HistoryTests(SynchronousTestCase):
    """
    Whatever happens in whatever order, nothing that was answered is lost.
    """

    def lives(self, history: type[History], count: int) -> None:
        """
        So many lives of up to fifty steps each, in batches of three.
        """
        case = history.TestCase
        case.settings = settings(
            max_examples=count,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        with (
            mock.patch.object(flush, "BATCH", 3),
            mock.patch.object(compact, "SLICE", 2),
        ):
            case("runTest").runTest()

    def test_histories(self) -> None:
        """
        Over SQLite.
        """
        self.lives(History, 60)

    def test_postgres(self) -> None:
        """
        Over Postgres.
        """
        if why := pgserver.required():
            raise SkipTest(why)
        server = pgserver.shared()
        PostgresHistory.url = url = pgserver.fresh(server)
        self.addCleanup(lambda: pgserver.drop(server, url))
        DirectPostgres.migrate(url)
        self.lives(PostgresHistory, 20)
