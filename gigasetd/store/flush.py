# -*- test-case-name: tests.store.test_flush -*-
"""
Write-behind: every second, what has changed goes to the database in batches.

Nothing is forgotten before its commit.  A database that fails is tried again
after a pause that grows, said once, and once more when it is back.

Layer 3 (I/O).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, TimeoutError
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger

from gigasetd.errors import StoreError
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Change
from gigasetd.store.compaction import Compaction
from gigasetd.store.interface import Store
from gigasetd.store.spool import Spool, unlinkAll

log = Logger()

BATCH = 5000
"""Changes a transaction: what the reactor can pick out in a few ms."""

FEW = 3
"""Segments that are unlinked at once."""

ROUNDS = 10
"""How often a flush goes on for the sake of changes the spool refused."""

SHORTEST, LONGEST = 1.0, 4.0
"""
The pauses after failures, in seconds; the longest leaves time to write, within
ten seconds of the database's return, what an outage has kept back.
"""

MARK = 200_000
"""Pending changes from which on the database is said to be too slow."""

PATIENCE = 10.0
"""Seconds that the last flush may take; the spool keeps what it leaves."""


def _same(changes: list[Change]) -> list[Change]:
    """
    Changes that are written as they are.
    """
    return changes


class Flush:
    """
    @ivar detail: what the last flush failed with, C{""} when it did not.
    @ivar behind: whether more waits than should.
    @ivar most: the most changes that have waited at any time.
    @ivar counts: C{flushes} done, C{rows} written, C{failures}.
    """

    def __init__(
        self,
        journal: Journal,
        spool: Spool,
        store: Store,
        interval: float,
        reactor: Any,
        jitter: Callable[[], float] = random.random,
        true: Callable[[list[Change]], list[Change]] = _same,
        mark: int = MARK,
    ) -> None:
        """
        @param true: makes of changes what is written down.
        @param mark: more pending changes than so many are too many.
        """
        self.detail = ""
        self.behind = False
        self.most = 0
        self.counts = {"flushes": 0, "rows": 0, "failures": 0}
        self._journal = journal
        self._spool = spool
        self._store = store
        self._interval = interval
        self._reactor = reactor
        self._jitter = jitter
        self._true = true
        self._mark = mark
        self._compaction = Compaction(journal, spool, true, reactor)
        self._pause = SHORTEST
        self._current = reactor.seconds()
        self._alarm: Any = None
        self._running: Deferred[None] | None = None
        self._stopping = False

    # the loop

    def start(self) -> None:
        """
        Flush from now on, every interval.
        """
        self._alarm = self._reactor.callLater(self._interval, self._wake)

    def stop(self) -> Deferred[None]:
        """
        Let a flush that runs end, flush once more, and stop.

        It takes L{PATIENCE} at most; then the rest stays in the spool.
        """
        self._stopping = True
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        last = Deferred.fromCoroutine(self._last())
        last.addTimeout(PATIENCE, self._reactor)
        return last.addErrback(self._left)

    async def _last(self) -> None:
        """
        The flush before the end.
        """
        await self._compaction.stop()
        if self._running is not None:
            await self._running
        await self.once()

    def _left(self, failure: Any) -> None:
        """
        Say that the last flush did not get through.
        """
        failure.trap(StoreError, CancelledError, TimeoutError)
        log.error(
            "{count} changes stay in the spool until the next start: {why}",
            count=len(self._journal),
            why=failure.getErrorMessage() or "the database does not answer",
        )

    def _wake(self) -> None:
        """
        Flush, then set the alarm for the next time.
        """
        self._watch()
        self._running = Deferred.fromCoroutine(self._round())
        if self._running.called:
            self._running = None

    def _watch(self) -> None:
        """
        See how much waits; said when it is too much, and when no longer.
        """
        pending = len(self._journal)
        self.most = max(self.most, pending)
        if pending > self._mark and not self.behind:
            self.behind = True
            log.warn("{count} changes wait for the database", count=pending)
        elif self.behind and pending < self._mark / 2:
            self.behind = False
            log.info("the database has caught up")

    async def _round(self) -> None:
        """
        Flush once and set the alarm anew, whatever happens.
        """
        pause = await self._try()
        self._running = None
        if not self._stopping:
            self._alarm = self._reactor.callLater(pause, self._wake)

    async def _try(self) -> float:
        """
        Flush once, whatever happens.

        @return: seconds until the next flush is due.
        """
        try:
            await self.once()
        except CancelledError:
            # Only the end of our patience in stop() cancels.
            raise
        except StoreError as error:
            return self._failed(str(error))
        except Exception:
            log.failure("the flush failed")
            return self._failed("an internal error, see the log")
        self._worked()
        return self._interval

    def _failed(self, why: str) -> float:
        """
        Note a failure, said when it is the first in a row.

        @return: seconds to wait, twice as many each time, a quarter by chance.
        """
        self.counts["failures"] += 1
        if not self.detail:
            log.error("the database cannot be written, will try again: {why}", why=why)
        self.detail = why
        if self._compaction.due():
            self._compaction.begin()
        pause = self._pause
        self._pause = min(pause * 2, LONGEST)
        return pause * (0.75 + self._jitter() / 4)

    def _worked(self) -> None:
        """
        Note a success, said after failures.
        """
        if self.detail:
            log.info("the database can be written again")
        self.detail = ""
        self._pause = SHORTEST

    # one flush

    async def once(self) -> None:
        """
        Bring the database up to what the registry holds now.

        @raise StoreError: that failed; what was not committed is kept.
        """
        started = self._reactor.seconds()
        if len(self._journal) or self._spool.used:
            await self._settle(self._spool.rotate())
        self._current = started

    async def _settle(self, segment: int) -> None:
        """
        Write what there is; then the spool's segments are needless.

        Where the spool could not take a change that replaces an older one in
        a segment, that segment stays until the database holds all there is.
        """
        for _ in range(ROUNDS):
            await self._write(self._journal.number)
            if not self._journal.fresh:
                await self._forget(segment)
                return
            if not len(self._journal):
                self._journal.take()
                await self._forget(self._spool.rotate())
                return

    async def _forget(self, segment: int) -> None:
        """
        Let the spool forget; many segments, as after an outage, are unlinked
        where nobody waits for it.
        """
        needless = self._spool.release(segment)
        if len(needless) > FEW:
            pool = self._reactor.getThreadPool()
            await deferToThreadPool(self._reactor, pool, unlinkAll, needless)
        else:
            unlinkAll(needless)

    async def _write(self, goal: int) -> None:
        """
        Write all changes up to number C{goal}, oldest first.
        """
        journal = self._journal
        while batch := journal.waiting(BATCH):
            if batch[0].number > goal:
                return
            await self._store.apply(self._true(batch))
            journal.acknowledge(batch)
            self.counts["rows"] += len(batch)
        self.counts["flushes"] += 1

    # what is told of it

    def state(self) -> dict[str, Any]:
        """
        As L{gigasetd.telemetry.status.Status.store} has it.
        """
        pending = len(self._journal)
        waited = self._reactor.seconds() - self._current
        why = self.detail or self._spool.broken
        if self.behind and not why:
            why = f"{pending} changes wait for the database"
        return {
            "ok": not why,
            "detail": why,
            "pending": pending,
            "most": max(self.most, pending),
            "oldest": round(waited, 3) if pending else 0.0,
            "flushed": self._journal.flushed,
            "number": self._journal.number,
        }
