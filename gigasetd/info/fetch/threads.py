# -*- test-case-name: tests.info.fetch.test_threads -*-
"""
Threads that parse documents, apart from those that the rest of the daemon uses.

Python cannot end a thread: the caller stops waiting for one that takes too
long, and until it ends there is one thread less. The size limits keep that to
seconds.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any, TypeVar

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.threads import deferToThreadPool
from twisted.python.threadpool import ThreadPool

from gigasetd.info.sources.interface import SourceError

T = TypeVar("T")

THREADS = 2


def _daemon(*args: Any, **named: Any) -> Thread:
    # The process can end while such a thread runs.
    return Thread(*args, daemon=True, **named)


class ParserThreads:
    """
    A pool of parser threads.

    @ivar running: jobs that run, those that timed out included.
    """

    def __init__(self, reactor: Any, patience: float) -> None:
        """
        @param patience: seconds that one job may take.
        """
        self.running = 0
        self._reactor = reactor
        self._patience = patience
        self._pool = ThreadPool(0, THREADS, "sources")
        self._pool.threadFactory = _daemon  # type: ignore[assignment]

    def start(self) -> None:
        self._pool.start()

    def stop(self) -> None:
        """
        Stop the pool, unless a job runs: its end would have to be awaited.
        """
        if self.running == 0:
            self._pool.stop()

    async def call(self, function: Callable[[], T]) -> T:
        """
        Run a function in a thread.

        @raise SourceError: it takes too long.
        """
        self.running += 1
        waiting: Deferred[T] = deferToThreadPool(
            self._reactor, self._pool, self._counted, function
        )
        alarm = self._reactor.callLater(self._patience, waiting.cancel)
        try:
            return await waiting
        except CancelledError:
            raise SourceError("parsing takes too much time or memory") from None
        finally:
            if alarm.active():
                alarm.cancel()

    def _counted(self, function: Callable[[], T]) -> T:
        try:
            return function()
        finally:
            self._reactor.callFromThread(self._done)

    def _done(self) -> None:
        self.running -= 1
