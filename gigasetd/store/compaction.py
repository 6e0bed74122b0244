# -*- test-case-name: tests.store.test_compaction -*-
"""
Compaction keeps the spool small while the database is away.

It writes all that the database lacks to one new segment, slice by slice, and
then removes the older segments.  The new segment gets its number at the
beginning, below that of all segments with later changes, and its name once it
is on the disk.  So at no moment does the spool lack a change or repeat changes
in the wrong order.

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
"""Changes written between two turns of the reactor: a millisecond."""

SYNCED = 4 * SLICE
"""Changes between two fsyncs.  One fsync for all of them at the end keeps the
file system's journal busy, and delays the spool's next line and the response
that waits for it: by 110 ms with 26,000 changes."""

SPARE = 20_000
"""Lines beyond twice the needed ones before a compaction is due."""

SEGMENTS = 200
"""Segments before a compaction is due."""


class Compaction:
    """
    Compacts a spool; counts C{compactions} and C{abandoned} in its counters.
    """

    def __init__(
        self,
        journal: Journal,
        spool: Spool,
        convert: Callable[[list[Change]], list[Change]],
        reactor: Any,
    ) -> None:
        self._journal = journal
        self._spool = spool
        self._convert = convert
        self._reactor = reactor
        self._running: Deferred[None] | None = None

    def due(self) -> bool:
        """
        Whether the spool holds much more than the database lacks.
        """
        if self._running is not None:
            return False
        spool = self._spool
        many = spool.lines > 2 * len(self._journal) + SPARE
        return many or spool.segments > SEGMENTS

    def begin(self) -> None:
        """
        Start a compaction; where it fails, the spool stays as it was.
        """
        self._running = running = Deferred.fromCoroutine(self._run())
        running.addErrback(lambda f: log.failure("the spool was not compacted", f))
        running.addCallback(lambda _: self._ended())

    def _ended(self) -> None:
        self._running = None

    def stop(self) -> Deferred[None]:
        """
        Abandon a running compaction.

        @return: fires when it has ended.
        """
        done: Deferred[None] = Deferred()
        if self._running is None:
            done.callback(None)
        else:
            self._spool.reserved = 0
            self._running.addCallback(lambda _: done.callback(None))
        return done

    async def _run(self) -> None:
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
        # Abandoned where a flush has brought the database further meanwhile.
        flags = os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW
        file = os.open(draft, flags, 0o600)
        try:
            for start in range(0, len(changes), SLICE):
                if self._spool.reserved != number:
                    return False
                data = lines(self._convert(changes[start : start + SLICE]))
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
        draft.rename(self._spool.pathOf(number))
        self._spool.adopt(number, count)

    def _thread(self, work: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        pool = self._reactor.getThreadPool()
        return deferToThreadPool(self._reactor, pool, work, *arguments)
