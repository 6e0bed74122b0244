# -*- test-case-name: tests.info.fetch.test_scheduler -*-
"""
Brings what the cache wishes for: in the background, a few at once, each thing
only once at a time, and no faster than hosts like it.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections import deque
from math import inf
from typing import Any

from twisted.internet.defer import Deferred

from gigasetd.info.fetch.cache import Cache, CacheItem
from gigasetd.info.fetch.failover import Job, Sources, chooseSource
from gigasetd.info.fetch.job import FetchContext, JobRunner
from gigasetd.info.sources.interface import SourceError

REFRESH = 20.0  #: seconds after which the cache is looked through again
HOPELESS = 3600.0  #: seconds to wait where there is nobody to ask
SHUT = 60.0  #: seconds that a question waits for a host, at most


class Fetcher:
    """
    The questions that wait, and those under way.

    @ivar counts: what became of them, by name.
    """

    def __init__(self, cache: Cache, means: FetchContext, reactor: Any) -> None:
        self.asking = JobRunner(cache, means)
        self.counts = self.asking.counts
        self._cache = cache
        self._means = means
        self._reactor = reactor
        self._wishes: deque[CacheItem] = deque()
        self._waiting: dict[str, deque[Job]] = {}
        self._running: dict[CacheItem, Deferred[None]] = {}
        self._alarm: Any = None
        self._refresh: Any = None

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values())) + len(self._wishes)

    @property
    def running(self) -> int:
        """
        Questions under way.
        """
        return len(self._running)

    def start(self) -> None:
        """
        Hear what the cache wishes for.
        """
        self._means.threads.start()
        self._cache.wished = self.wished
        self._look()

    def reconfigure(self, sources: Sources, most: int) -> None:
        """
        Go on with other sources.

        @param most: questions under way.
        """
        self._means = self._means._replace(sources=sources, at_once=most)

    async def stop(self) -> None:
        """
        Ask no more, and give up what is under way.
        """
        for alarm in (self._alarm, self._refresh):
            if alarm is not None and alarm.active():
                alarm.cancel()
        self._cache.wished = None
        self._waiting.clear()
        for asking in list(self._running.values()):
            asking.cancel()
        await self._means.parser.stop()
        self._means.threads.stop()

    def wished(self, item: CacheItem) -> None:
        """
        Something is missing or old; the caller is a phone that waits, so that
        everything else comes later.
        """
        self._wishes.append(item)
        self._arm(0.0)

    def _look(self) -> None:
        """
        Look through the cache from time to time.
        """
        self._refresh = self._reactor.callLater(REFRESH, self._look)
        self._cache.refresh(self._means.now())

    def _arm(self, delay: float) -> None:
        """
        Go on after some seconds, or sooner.
        """
        due = self._reactor.seconds() + delay
        if self._alarm is not None and self._alarm.active():
            if self._alarm.getTime() <= due:
                return
            self._alarm.cancel()
        self._alarm = self._reactor.callLater(delay, self._go)

    def _go(self) -> None:
        """
        Begin with all that may begin now.
        """
        now = self._means.now()
        while self._wishes:
            self._queue(self._wishes.popleft(), now)
        soonest = min(
            (self._ask(host, now) for host in list(self._waiting)), default=inf
        )
        if soonest < inf and self.running < self._means.at_once:
            self._arm(max(0.0, soonest - now))

    def _queue(self, item: CacheItem, now: float) -> None:
        """
        Find out whom to ask.
        """
        means = self._means
        if not self._cache.contains(item):
            return
        try:
            job = chooseSource(item, means.sources, means.limiter, now, means.private)
        except SourceError as error:
            self.counts["failed"] += 1
            self.counts["refused"] += 1
            self._cache.fail(item, str(error), now + HOPELESS)
            return
        self._waiting.setdefault(job.host, deque()).append(job)

    def _ask(self, host: str, now: float) -> float:
        """
        Begin with what may begin at one host.

        @return: when the next may, L{inf} where none waits for a time.
        """
        means, waiting = self._means, self._waiting[host]
        while waiting and self.running < means.at_once:
            due = means.limiter.when(host, now)
            if now + SHUT < due < inf:
                self._giveUp(waiting, due)
            elif due > now:
                return due
            else:
                self._begin(waiting.popleft(), now)
        if not waiting:
            del self._waiting[host]
        return inf

    def _giveUp(self, waiting: deque[Job], due: float) -> None:
        """
        Nobody waits for a host that is not to be asked for long.
        """
        while waiting:
            fault = "the server is not asked for a while"
            self._cache.fail(waiting.popleft().item, fault, due)

    def _begin(self, job: Job, now: float) -> None:
        """
        Ask one question.
        """
        self.counts["fetches"] += 1
        self._means.limiter.begin(job.host, now)
        asking = Deferred.fromCoroutine(self.asking.ask(job))
        self._running[job.item] = asking
        asking.addBoth(self._ended, job)

    def _ended(self, result: Any, job: Job) -> None:
        """
        A question has ended, whichever way.
        """
        self._running.pop(job.item, None)
        self._means.limiter.end(job.host)
        if self._waiting or self._wishes:
            self._arm(0.0)
