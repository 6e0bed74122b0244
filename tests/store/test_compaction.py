"""
Tests for L{gigasetd.store.compaction}.
"""

from __future__ import annotations

import os
from pathlib import Path

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.journal import Journal
from gigasetd.store import compaction as compact
from gigasetd.store import flush
from gigasetd.store.flush import Flush, Schedule
from gigasetd.store.spool import Spool
from tests.store.test_flush import MemoryStore
from tests.store.test_history import TICK, Machine
from tests.store.values import ACCOUNT


class CompactionTests(SynchronousTestCase):
    """
    However long the database is away, the spool is as large as what it lacks.
    """

    def setUp(self) -> None:
        """
        A database that is away, and a flush that tries.
        """
        self.patch(compact, "SLICE", 2)
        self.patch(compact, "SPARE", 20)
        self.clock = Machine()
        self.journal = Journal()
        self.store = MemoryStore()
        self.store.away = "away"
        self.directory = Path(self.mktemp())
        self.spool = Spool(self.directory, self.clock)
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

    def change(self, number: int, step: int) -> None:
        """
        Change an account, as an answered request does.
        """
        value = ACCOUNT._replace(number=str(number), active=float(step))
        self.journal.record("account", (str(number),), value)
        self.spool.append(self.journal.take())

    def left(self) -> dict[str, float]:
        """
        What a start after a crash at this moment would make of the spool.
        """
        copy = Path(self.mktemp())
        copy.mkdir()
        for path in self.directory.iterdir():
            os.link(path, copy / path.name)
        spool = Spool(copy, self.clock)
        spool.open()
        found = {c.key[0]: c.value.active for c in spool.replay() if c.value}
        spool.close()
        self.assertEqual(list(copy.glob("*.draft")), [])
        return found

    def test_bounded(self) -> None:
        """
        Ten devices that register for hours leave some tens of lines in a
        segment or two, and at no moment is the newest of one missing.
        """
        expected: dict[str, float] = {}
        for step in range(600):
            self.change(step % 10, step)
            expected[str(step % 10)] = step
            self.clock.pump([0.5, TICK, TICK])
            self.assertEqual(self.left(), expected)
        self.clock.pump([TICK] * 20)
        self.assertGreater(self.spool.counts["compactions"], 3)
        self.assertLess(self.spool.lines, 100)
        self.assertLess(self.spool.segments, 40)
        self.assertEqual(self.left(), expected)
        self.store.away = ""
        self.clock.pump([4] * 3)
        self.assertEqual(list(self.directory.iterdir()), [])

    def test_segments(self) -> None:
        """
        Nor does an outage leave ever more files.
        """
        self.patch(compact, "SPARE", 10**9)
        self.patch(compact, "SEGMENTS", 5)
        for step in range(200):
            self.change(step, step)
            self.clock.pump([2] + [TICK] * 150)
        self.assertLess(self.spool.segments, 9)
        self.assertEqual(len(self.left()), 200)

    def test_killedWhileUnlinking(self) -> None:
        """
        Of the older segments the oldest goes first; with any number of them
        left the newest of each key counts.
        """
        for step in range(8):
            self.change(step % 3, step)
            self.spool.rotate()
        expected = self.left()
        self.flush._compaction.begin()
        self.clock.pump([TICK] * 3)
        forgotten: list[int] = []

        def release(upTo: int) -> list[Path]:
            forgotten.append(upTo)
            return []

        self.patch(self.spool, "release", release)
        self.clock.pump([TICK] * 5)
        self.assertEqual(len(forgotten), 1)
        for path in sorted(self.directory.glob("*.log")):
            self.assertEqual(self.left(), expected)
            if int(path.stem) > forgotten[0]:
                break
            path.unlink()

    def test_flushedMeanwhile(self) -> None:
        """
        A flush that gets through while a compaction writes makes it needless:
        nothing old comes back.
        """
        for step in range(9):
            self.change(step, step)
        self.flush._compaction.begin()
        self.clock.pump([TICK] * 2)
        self.assertEqual(len(list(self.directory.glob("*.draft"))), 1)
        self.store.away = ""
        Deferred.fromCoroutine(self.flush.once())
        self.clock.pump([TICK] * 9)
        self.assertEqual(list(self.directory.iterdir()), [])
        self.assertEqual(self.spool.counts["abandoned"], 1)

    def test_stopped(self) -> None:
        """
        A stop ends a compaction; the spool stays as it was.
        """
        for step in range(9):
            self.change(step, step)
        self.flush._compaction.begin()
        self.patch(flush, "PATIENCE", 1)
        stopped = self.flush.stop()
        self.clock.pump([TICK] * 9)
        self.successResultOf(stopped)
        self.assertEqual(len(self.left()), 9)
        self.assertEqual(list(self.directory.glob("*.draft")), [])

    def test_noRoom(self) -> None:
        """
        Where the new segment cannot be written, the old ones stay.
        """
        for step in range(9):
            self.change(step, step)
        number = self.spool._segment + 1
        self.spool.pathOf(number).with_suffix(".draft").mkdir()
        self.flush._compaction.begin()
        self.clock.pump([TICK] * 9)
        self.spool.pathOf(number).with_suffix(".draft").rmdir()
        self.assertEqual(len(self.left()), 9)
