# -*- test-case-name: tests.info.fetch.test_threads -*-
"""
Threads that read what came from outside, apart from those that the rest of the
daemon needs.

Python cannot end a thread: one that takes too long is waited for no longer, and
until it is done there is one less.  With the bounds on what is read that is a
matter of seconds.

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
    """
    A thread that the end of the process does not wait for.
    """
    return Thread(*args, daemon=True, **named)


class ParserThreads:
    """
    @ivar running: what is being read, what is waited for no longer included.
    """

    def __init__(self, reactor: Any, patience: float) -> None:
        """
        @param patience: seconds.
        """
        self.running = 0
        self._reactor = reactor
        self._patience = patience
        self._pool = ThreadPool(0, THREADS, "sources")
        self._pool.threadFactory = _daemon  # type: ignore[assignment]

    def start(self) -> None:
        """
        Take work.
        """
        self._pool.start()

    def stop(self) -> None:
        """
        End the threads, unless that would mean to wait.
        """
        if self.running == 0:
            self._pool.stop()

    async def call(self, what: Callable[[], T]) -> T:
        """
        Do it in a thread.

        @raise BadSource: it takes too long.
        """
        self.running += 1
        waiting: Deferred[T] = deferToThreadPool(
            self._reactor, self._pool, self._counted, what
        )
        alarm = self._reactor.callLater(self._patience, waiting.cancel)
        try:
            return await waiting
        except CancelledError:
            raise SourceError("takes too long, or too much, to read") from None
        finally:
            if alarm.active():
                alarm.cancel()

    def _counted(self, what: Callable[[], T]) -> T:
        """
        In the thread: do it, and say that it is done.
        """
        try:
            return what()
        finally:
            self._reactor.callFromThread(self._done)

    def _done(self) -> None:
        """
        One less.
        """
        self.running -= 1
