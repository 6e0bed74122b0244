"""
Tests for L{gigasetd.store.flush}.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import StoreError
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Change, Value
from gigasetd.store import flush
from gigasetd.store.flush import Flush, Schedule
from gigasetd.store.spool import Spool
from tests.store.test_spool import FullDisk
from tests.store.values import ACCOUNT


class MemoryStore:
    """
    A store in memory, which may be away, or be slow.

    @ivar rows: what is committed, by kind and key.
    @ivar away: what every write fails with, if it does.
    @ivar held: when a list, writes wait in it to be let go by the test.
    @ivar batches: the size of each batch that was asked for.
    """

    kind = "memory"

    def __init__(self) -> None:
        self.rows: dict[tuple[str, tuple[str, ...]], Value] = {}
        self.away = ""
        self.held: list[Deferred[None]] | None = None
        self.batches: list[int] = []

    def open(self) -> Deferred[None]:
        """
        Nothing is to be opened.
        """
        return succeed(None)

    def load(self, take: Callable[[Sequence[Value]], None]) -> Deferred[None]:
        """
        All in one page.
        """
        take(list(self.rows.values()))
        return succeed(None)

    def apply(self, changes: Sequence[Change]) -> Deferred[None]:
        """
        Commit at once, when let go, or not at all.
        """
        self.batches.append(len(changes))
        if self.away:
            return fail(StoreError(self.away))
        if self.held is None:
            self._commit(changes)
            return succeed(None)
        waiting: Deferred[None] = Deferred()
        waiting.addCallback(lambda _: self._commit(changes))
        self.held.append(waiting)
        return waiting

    def _commit(self, changes: Sequence[Change]) -> None:
        """
        Take the changes.
        """
        for change in changes:
            if change.value is None:
                self.rows.pop((change.kind, change.key), None)
            else:
                self.rows[change.kind, change.key] = change.value

    def close(self) -> Deferred[None]:
        """
        Nothing is to be closed.
        """
        return succeed(None)


class FlushTests(SynchronousTestCase):
    """
    What has changed reaches the database, and is not forgotten before.
    """

    def setUp(self) -> None:
        """
        A flush that runs each second, over a spool on a disk with room.
        """
        self.clock = Clock()
        self.journal = Journal()
        self.store = MemoryStore()
        self.disk = FullDisk(1 << 20)
        self.spool = Spool(Path(self.mktemp()), self.clock, self.disk.write)
        self.spool.open()
        self.addCleanup(self.spool.close)
        self.flush = Flush(
            self.journal,
            self.spool,
            self.store,
            Schedule(jitter=lambda: 1.0),
            self.clock,
        )
        self.flush.start()

    def change(self, number: str) -> None:
        """
        Change an account and spool that, as an answered request does.
        """
        value = ACCOUNT._replace(number=number, active=self.clock.seconds())
        self.journal.record("account", (number,), value)
        changes = self.journal.take()
        try:
            self.spool.append(changes)
        except StoreError:
            self.journal.untake(changes)

    def spooled(self) -> int:
        """
        How many changes a start after a crash would find.
        """
        return len(list(self.spool.replay()))

    def test_eachSecond(self) -> None:
        """
        A change is in the database a second later, and in the spool no more.
        """
        self.change("1")
        self.assertEqual((self.store.rows, self.spooled()), ({}, 1))
        self.clock.advance(1)
        self.assertEqual(len(self.store.rows), 1)
        self.assertEqual((len(self.journal), self.spooled()), (0, 0))
        self.change("2")
        self.clock.advance(1)
        self.assertEqual(len(self.store.rows), 2)

    def test_nothing(self) -> None:
        """
        Where nothing has changed, the database is left in peace.
        """
        self.clock.pump([1.0] * 5)
        self.assertEqual(self.store.batches, [])

    def test_leftovers(self) -> None:
        """
        Segments of an earlier run go, even if there was nothing in them.
        """
        (self.spool.directory / "00000009.log").write_bytes(b"garbage")
        self.spool.close()
        self.spool.open()
        self.clock.advance(1)
        self.assertEqual(list(self.spool.directory.iterdir()), [])

    def test_kept(self) -> None:
        """
        What a failed write did not commit is kept, in memory and spool, and
        goes out when the database is back.
        """
        self.store.away = "the database is away"
        self.change("1")
        self.clock.advance(1)
        self.assertEqual((len(self.journal), self.spooled()), (1, 1))
        self.change("2")
        self.store.away = ""
        self.clock.advance(1)
        self.assertEqual(len(self.store.rows), 2)
        self.assertEqual((len(self.journal), self.spooled()), (0, 0))

    def test_backsOff(self) -> None:
        """
        A database that stays away is asked ever more seldom, in the end
        every few seconds, and as before once it is back.
        """
        self.store.away = "the database is away"
        self.change("1")
        moments = []
        for second in range(25):
            before = len(self.store.batches)
            self.clock.advance(1)
            if len(self.store.batches) > before:
                moments.append(second + 1)
        self.assertEqual(moments, [1, 2, 4, 8, 12, 16, 20, 24])
        self.store.away = ""
        self.clock.advance(30)
        self.change("2")
        self.clock.advance(1)
        self.assertEqual(len(self.store.rows), 2)

    def test_saidOnce(self) -> None:
        """
        State and counters tell of the failure while it lasts.
        """
        self.assertTrue(self.flush.state()["ok"])
        self.store.away = "the database is away"
        self.change("1")
        self.clock.advance(10)
        state = self.flush.state()
        self.assertEqual(
            state,
            {
                "ok": False,
                "detail": "the database is away",
                "pending": 1,
                "most": 1,
                "oldest": 10.0,
                "flushed": 0,
                "number": 1,
            },
        )
        self.store.away = ""
        self.clock.advance(30)
        state = self.flush.state()
        self.assertEqual((state["ok"], state["detail"]), (True, ""))
        self.assertEqual((state["pending"], state["oldest"]), (0, 0.0))
        self.assertEqual(state["flushed"], 1)

    def test_oneAtATime(self) -> None:
        """
        While a write is under way no other begins, and what changes meanwhile
        is kept for the next.
        """
        self.store.held = []
        self.change("1")
        self.clock.advance(1)
        self.change("1")
        self.clock.pump([1.0] * 5)
        self.assertEqual(len(self.store.held), 1)
        self.store.held.pop().callback(None)
        self.assertEqual((len(self.journal), self.spooled()), (1, 1))
        self.clock.advance(1)
        self.store.held.pop().callback(None)
        self.assertEqual((len(self.journal), self.spooled()), (0, 0))
        row = self.store.rows["account", ("1",)]
        self.assertEqual(row.active, 1.0)

    def test_batches(self) -> None:
        """
        Much is written in parts; if one fails, those before it stay written
        and those after it are kept.
        """
        self.patch(flush, "BATCH", 10)
        for number in range(25):
            self.change(str(number))
        self.store.held = []
        self.clock.advance(1)
        self.store.held.pop().callback(None)
        self.store.held.pop().errback(StoreError("away"))
        self.assertEqual((len(self.journal), self.spooled()), (15, 25))
        self.store.held = None
        self.clock.advance(1)
        self.assertEqual((len(self.store.rows), self.spooled()), (25, 0))
        self.assertEqual(self.store.batches, [10, 10, 10, 5])

    def test_fullDisk(self) -> None:
        """
        While the disk is full the database still gets everything; an older
        value in the spool cannot come back over a newer one afterwards.
        """
        self.change("1")
        self.disk.room = 0
        self.clock.advance(0.5)
        self.change("1")
        self.assertFalse(self.flush.state()["ok"])
        self.assertEqual((self.journal.fresh, self.spooled()), (1, 1))
        self.clock.advance(0.5)
        self.assertEqual(self.store.rows["account", ("1",)].active, 0.5)
        self.assertEqual((self.journal.fresh, self.spooled()), (0, 0))

    def test_fullDiskMeanwhile(self) -> None:
        """
        A change that the spool refuses while its older value is written goes
        to the database in the same flush, before the spool lets go.
        """
        self.store.held = []
        self.change("1")
        self.clock.advance(1)
        self.disk.room = 0
        self.change("1")
        self.store.held.pop().callback(None)
        self.assertEqual(self.spooled(), 1)
        self.store.held.pop().callback(None)
        self.assertEqual((self.journal.fresh, self.spooled()), (0, 0))
        self.assertEqual(self.store.rows["account", ("1",)].active, 1.0)

    def test_fullDiskAfterAnOlderValue(self) -> None:
        """
        Nor does an older value come back that was spooled during the flush.
        """
        self.store.held = []
        self.change("1")
        self.clock.advance(1)
        self.change("1")
        self.disk.room = 0
        self.change("1")
        self.store.held.pop().callback(None)
        self.store.held.pop().callback(None)
        self.assertEqual((len(self.journal), self.journal.fresh), (0, 0))
        self.assertEqual(self.spooled(), 0)

    def test_faultIsLogged(self) -> None:
        """
        A fault of ours in a flush is logged with its traceback, and the next
        flush comes all the same.
        """
        self.store.held = []
        self.change("1")
        self.clock.advance(1)
        self.store.held.pop().errback(ZeroDivisionError())
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.store.held = None
        self.clock.advance(1)
        self.assertEqual(len(self.store.rows), 1)

    # stopping

    def test_stop(self) -> None:
        """
        On stop all goes out, and no alarm stays.
        """
        self.change("1")
        self.successResultOf(self.flush.stop())
        self.assertEqual((len(self.store.rows), self.spooled()), (1, 0))
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_stopWhileWriting(self) -> None:
        """
        A write that is under way is waited for, then the rest goes out.
        """
        self.store.held = []
        self.change("1")
        self.clock.advance(1)
        self.change("2")
        stopped = self.flush.stop()
        self.store.held.pop().callback(None)
        self.assertNoResult(stopped)
        self.store.held.pop().callback(None)
        self.successResultOf(stopped)
        self.assertEqual((len(self.store.rows), self.spooled()), (2, 0))
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_stopWhileAway(self) -> None:
        """
        A database that is away does not keep us from stopping; the spool
        keeps what it lacks.
        """
        self.store.away = "the database is away"
        self.change("1")
        self.successResultOf(self.flush.stop())
        self.assertEqual(self.spooled(), 1)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_stopWhileSilent(self) -> None:
        """
        A database that never answers is waited for ten seconds, no more,
        whether it was asked before the stop or by it.
        """
        for asked in (True, False):
            self.store.held = []
            self.change("1")
            self.clock.advance(1 if asked else 0)
            stopped = self.flush.stop()
            self.assertEqual(len(self.store.held), 1)
            self.clock.advance(flush.PATIENCE - 1)
            self.assertNoResult(stopped)
            self.clock.advance(1)
            self.successResultOf(stopped)
            self.assertEqual(self.spooled(), 1)
            self.assertEqual(self.clock.getDelayedCalls(), [])
            self.setUp()
