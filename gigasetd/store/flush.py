# -*- test-case-name: tests.store.test_flush -*-
"""
Write-behind: writes the changes to the database, in batches, every second.

A change stays in the journal until its commit.  After a failed write the flush
retries, with growing pauses; the log has one line when the database fails and
one when it works again.

Layer 3 (I/O).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

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
"""Changes in one transaction: the reactor prepares so many in a few ms."""

FEW = 3
"""Segments that are unlinked in the reactor; more go to a thread."""

ROUNDS = 10
"""Attempts of one flush to catch up with changes that the spool refused."""

SHORTEST, LONGEST = 1.0, 4.0
"""
Seconds between retries.  The longest leaves time to write the changes of an
outage within ten seconds of the database's return.
"""

PATIENCE = 10.0
"""Seconds that the last flush may take; the rest stays in the spool."""


class Schedule(NamedTuple):
    """
    When to flush.
    """

    interval: float = 1.0  #: seconds between two flushes
    warn: int = 200_000  #: pending changes above which the database is too slow
    jitter: Callable[[], float] = random.random  #: from 0 to 1, for retries


def _unchanged(changes: list[Change]) -> list[Change]:
    return changes


class Flush:
    """
    Moves changes from the journal to the database; retries where that fails.

    @ivar detail: the error of the last flush, C{""} where it succeeded.
    @ivar behind: whether too many changes are pending.
    @ivar most: the most changes that were pending at any time.
    @ivar counts: C{flushes} done, C{rows} written, C{failures}.
    """

    def __init__(
        self,
        journal: Journal,
        spool: Spool,
        store: Store,
        schedule: Schedule,
        reactor: Any,
        convert: Callable[[list[Change]], list[Change]] = _unchanged,
    ) -> None:
        """
        @param convert: makes of the registry's changes those to write.
        """
        self.detail = ""
        self.behind = False
        self.most = 0
        self.counts = {"flushes": 0, "rows": 0, "failures": 0}
        self._journal = journal
        self._spool = spool
        self._store = store
        self._schedule = schedule
        self._reactor = reactor
        self._convert = convert
        self._compaction = Compaction(journal, spool, convert, reactor)
        self._pause = SHORTEST
        self._current = reactor.seconds()
        self._alarm: Any = None
        self._running: Deferred[None] | None = None
        self._stopping = False

    # the loop

    def start(self) -> None:
        """
        Start to flush, every interval.
        """
        self._alarm = self._reactor.callLater(self._schedule.interval, self._wake)

    def stop(self) -> Deferred[None]:
        """
        Wait for a running flush, flush once more, and stop.

        @return: fires within L{PATIENCE} seconds; what is not written then
            stays in the spool.
        """
        self._stopping = True
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        last = Deferred.fromCoroutine(self._last())
        last.addTimeout(PATIENCE, self._reactor)
        return last.addErrback(self._logUnwritten)

    async def _last(self) -> None:
        await self._compaction.stop()
        if self._running is not None:
            await self._running
        await self.once()

    def _logUnwritten(self, failure: Any) -> None:
        failure.trap(StoreError, CancelledError, TimeoutError)
        log.error(
            "{count} changes stay in the spool until the next start: {why}",
            count=len(self._journal),
            why=failure.getErrorMessage() or "the database does not respond",
        )

    def _wake(self) -> None:
        self._watch()
        self._running = Deferred.fromCoroutine(self._round())
        if self._running.called:
            self._running = None

    def _watch(self) -> None:
        pending = len(self._journal)
        self.most = max(self.most, pending)
        if pending > self._schedule.warn and not self.behind:
            self.behind = True
            log.warn("{count} changes wait for the database", count=pending)
        elif self.behind and pending < self._schedule.warn / 2:
            self.behind = False
            log.info("the database has caught up")

    async def _round(self) -> None:
        pause = await self._try()
        self._running = None
        if not self._stopping:
            self._alarm = self._reactor.callLater(pause, self._wake)

    async def _try(self) -> float:
        try:
            await self.once()
        except CancelledError:
            # Only the timeout of stop() cancels.
            raise
        except StoreError as error:
            return self._failed(str(error))
        except Exception:
            log.failure("the flush failed")
            return self._failed("an internal error, see the log")
        self._worked()
        return self._schedule.interval

    def _failed(self, why: str) -> float:
        self.counts["failures"] += 1
        if not self.detail:
            log.error("the database cannot be written, will retry: {why}", why=why)
        self.detail = why
        if self._compaction.due():
            self._compaction.begin()
        # Twice as long each time, up to a quarter less by chance.
        pause = self._pause
        self._pause = min(pause * 2, LONGEST)
        return pause * (0.75 + self._schedule.jitter() / 4)

    def _worked(self) -> None:
        if self.detail:
            log.info("the database can be written again")
        self.detail = ""
        self._pause = SHORTEST

    # one flush

    async def once(self) -> None:
        """
        Write to the database all that the registry holds now.

        @raise StoreError: that failed; uncommitted changes stay pending.
        """
        started = self._reactor.seconds()
        if len(self._journal) or self._spool.used:
            await self._settle(self._spool.rotate())
        self._current = started

    async def _settle(self, segment: int) -> None:
        # A segment goes once the database has all that it holds.  Where the spool
        # refused a change that replaces an older one in the segment, the segment
        # stays until the database has that change too.
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
        # After an outage there are many segments: unlinking them takes seconds.
        obsolete = self._spool.release(segment)
        if len(obsolete) > FEW:
            pool = self._reactor.getThreadPool()
            await deferToThreadPool(self._reactor, pool, unlinkAll, obsolete)
        else:
            unlinkAll(obsolete)

    async def _write(self, goal: int) -> None:
        journal = self._journal
        while batch := journal.waiting(BATCH):
            if batch[0].number > goal:
                return
            await self._store.apply(self._convert(batch))
            journal.acknowledge(batch)
            self.counts["rows"] += len(batch)
        self.counts["flushes"] += 1

    # status

    def state(self) -> dict[str, Any]:
        """
        Report the status, as `gigasetctl status` shows it: whether it is C{"ok"},
        the error in C{"detail"}, and figures.
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
