# -*- test-case-name: tests.store.test_compaction -*-
"""
Keeping the spool small while the database is away: all that the database
lacks goes into one new segment, in slices, and the older segments go.

The new segment gets its number when it is begun, below that of all segments
with later changes, and its name when it is on the disk.  So there is at no
moment a spool that lacks a change or repeats them in a wrong order.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger

from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Change
from gigasetd.store.atomicfile import sync
from gigasetd.store.segment import lines
from gigasetd.store.spool import Spool, unlinkAll

log = Logger()

SLICE = 250
"""Changes written in one go: a millisecond."""

SYNCED = 4 * SLICE
"""Changes after which the disk is waited for.  One wait for all of them at the
end would keep the file system's journal busy, and with it the spool's next
line and whoever waits for its answer: 110 ms were seen with 26,000 changes."""

SPARE = 20_000
"""Lines more than needed that do no harm."""

SEGMENTS = 200
"""Segments that do no harm."""


class Compaction:
    """
    Counts in the spool's counters: C{compactions} done, C{abandoned} ones.
    """

    def __init__(
        self,
        journal: Journal,
        spool: Spool,
        true: Callable[[list[Change]], list[Change]],
        reactor: Any,
    ) -> None:
        self._journal = journal
        self._spool = spool
        self._true = true
        self._reactor = reactor
        self._running: Deferred[None] | None = None

    def due(self) -> bool:
        """
        Whether the spool has much more in it than the database lacks.
        """
        if self._running is not None:
            return False
        spool = self._spool
        many = spool.lines > 2 * len(self._journal) + SPARE
        return many or spool.segments > SEGMENTS

    def begin(self) -> None:
        """
        Start; whatever goes wrong leaves the spool as it was.
        """
        self._running = running = Deferred.fromCoroutine(self._run())
        running.addErrback(lambda f: log.failure("the spool was not compacted", f))
        running.addCallback(lambda _: self._ended())

    def _ended(self) -> None:
        """
        Another one may be begun.
        """
        self._running = None

    def stop(self) -> Deferred[None]:
        """
        Give up one that runs, and wait for its end.
        """
        done: Deferred[None] = Deferred()
        if self._running is None:
            done.callback(None)
        else:
            self._spool.reserved = 0
            self._running.addCallback(lambda _: done.callback(None))
        return done

    async def _run(self) -> None:
        """
        Write, sync, name, and unlink what is older.
        """
        number = self._spool.reserve()
        changes = self._journal.waiting()
        draft = self._spool.pathOf(number).with_suffix(".draft")
        try:
            whole = await self._draft(draft, changes, number)
        except OSError as error:
            log.warn("the spool cannot be made smaller: {why}", why=error.strerror)
            whole = False
        if whole:
            self._adopt(draft, number, len(changes))
            await self._thread(sync, draft.parent)
        if whole and self._spool.holds(number):
            await self._thread(unlinkAll, self._spool.release(number - 1))
            self._spool.counts["compactions"] += 1
        else:
            with suppress(OSError):
                draft.unlink()
            self._spool.counts["abandoned"] += 1

    async def _draft(self, draft: Path, changes: list[Change], number: int) -> bool:
        """
        Write the new segment under a name that nobody reads.

        @return: whether it is whole and still wanted: a flush may have
            brought the database further meanwhile.
        """
        flags = os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_CLOEXEC
        file = os.open(draft, flags, 0o600)
        try:
            for start in range(0, len(changes), SLICE):
                if self._spool.reserved != number:
                    return False
                part = self._true(changes[start : start + SLICE])
                data = lines(part)
                if os.write(file, data) != len(data):
                    return False  # the disk is full
                if start % SYNCED == 0:
                    await self._thread(os.fsync, file)
                else:
                    await deferLater(self._reactor, 0)
            await self._thread(os.fsync, file)
        finally:
            os.close(file)
        return self._spool.reserved == number

    def _adopt(self, draft: Path, number: int, count: int) -> None:
        """
        Let the new segment be one.
        """
        draft.rename(self._spool.pathOf(number))
        self._spool.adopt(number, count)

    def _thread(self, work: Callable[..., Any], *given: Any) -> Deferred[Any]:
        """
        Have the disk waited for elsewhere.
        """
        pool = self._reactor.getThreadPool()
        return deferToThreadPool(self._reactor, pool, work, *given)
