# -*- test-case-name: tests.store.test_spool -*-
"""
Group commit of the spool: one fsync, in a thread, for all that wait.

Changes that come while an fsync runs share the next one.

Layer 3 (I/O).
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.threads import deferToThreadPool

from gigasetd.errors import StoreError
from gigasetd.store.atomicfile import sync


class SpoolSync:
    """
    Waits for the disk.

    @ivar number: the newest change that was written to a file.
    @ivar reached: the newest change that is on the disk.
    @ivar syncs: how many fsyncs there were.
    """

    def __init__(self, directory: Path, reactor: Any) -> None:
        self.number = 0
        self.reached = 0
        self.syncs = 0
        self._directory = directory
        self._reactor = reactor
        self._paths: list[Path] = []
        self._waiting: list[tuple[int, Deferred[None]]] = []
        self._running: Deferred[None] | None = None

    def add(self, path: Path) -> None:
        """
        Add a file to which changes are written now.
        """
        self._paths.append(path)

    def forget(self, paths: list[Path]) -> None:
        """
        Remove files: the database has their changes.
        """
        self._paths = [path for path in self._paths if path not in paths]

    def wait(self, number: int) -> Deferred[None]:
        """
        Wait until change C{number}, which is written, is on the disk.

        @return: fails with L{StoreError} where the disk fails.
        """
        if number <= self.reached:
            return succeed(None)
        done: Deferred[None] = Deferred()
        self._waiting.append((number, done))
        if self._running is None:
            self._start()
        return done

    def ended(self) -> Deferred[None]:
        """
        Wait until no fsync is running.
        """
        done: Deferred[None] = Deferred()
        if self._running is None:
            return succeed(None)
        self._running.addBoth(lambda _: done.callback(None))
        return done

    def _start(self) -> None:
        self.syncs += 1
        pool, paths = self._reactor.getThreadPool(), tuple(self._paths)
        self._running = running = deferToThreadPool(
            self._reactor, pool, toDisk, self._directory, paths
        )
        running.addCallback(self._done, self.number, paths[:-1])
        running.addErrback(self._failed)

    def _done(self, _: None, number: int, whole: tuple[Path, ...]) -> None:
        # All files but the last are complete, and need no further fsync.
        self.reached = number
        self._running = None
        self._paths = [path for path in self._paths if path not in whole]
        done = [waiter for until, waiter in self._waiting if until <= number]
        self._waiting = [each for each in self._waiting if each[0] > number]
        if self._waiting:
            self._start()
        for waiter in done:
            waiter.callback(None)

    def _failed(self, failure: Any) -> None:
        self._running = None
        waiting, self._waiting = self._waiting, []
        text = getattr(failure.value, "strerror", None) or failure.getErrorMessage()
        for _, waiter in waiting:
            waiter.errback(StoreError(f"{self._directory}: {text}"))


def toDisk(directory: Path, paths: tuple[Path, ...]) -> None:
    """
    Wait until files and their names are on the disk; blocks.

    A file that is gone is skipped: the database has its changes.
    """
    for path in (*paths, directory):
        with suppress(FileNotFoundError):
            sync(path)
