# -*- test-case-name: tests.info.fetch.test_scheduler -*-
"""
Fetches what the cache requests: in the background, a few requests at once, each
item once at a time, within the limits of its host.

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

REFRESH = 20.0  #: seconds between searches for stale items
HOPELESS = 3600.0  #: seconds until the next try where no source can be queried
LONGEST_WAIT = 60.0  #: seconds that a request waits for its host


class Fetcher:
    """
    Queues and starts requests.

    @ivar counts: results of requests, by name.
    """

    def __init__(self, cache: Cache, context: FetchContext, reactor: Any) -> None:
        self._runner = JobRunner(cache, context)
        self.counts = self._runner.counts
        self._cache = cache
        self._context = context
        self._reactor = reactor
        self._requested: deque[CacheItem] = deque()
        self._waiting: dict[str, deque[Job]] = {}
        self._running: dict[CacheItem, Deferred[None]] = {}
        self._alarm: Any = None
        self._refresh: Any = None

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values())) + len(self._requested)

    @property
    def running(self) -> int:
        """
        The number of requests in progress.
        """
        return len(self._running)

    def start(self) -> None:
        self._context.threads.start()
        self._cache.onFetchNeeded = self.enqueue
        self._refreshCache()

    def reconfigure(self, sources: Sources, most: int) -> None:
        """
        Use other sources and another limit.

        @param most: requests in progress.
        """
        self._context = self._context._replace(sources=sources, at_once=most)

    async def stop(self) -> None:
        """
        Stop fetching, and cancel the requests in progress.
        """
        for alarm in (self._alarm, self._refresh):
            if alarm is not None and alarm.active():
                alarm.cancel()
        self._cache.onFetchNeeded = None
        self._waiting.clear()
        for request in list(self._running.values()):
            request.cancel()
        await self._context.parser.stop()
        self._context.threads.stop()

    def enqueue(self, item: CacheItem) -> None:
        # A page is waiting for this call, so everything else happens later.
        self._requested.append(item)
        self._arm(0.0)

    def _refreshCache(self) -> None:
        self._refresh = self._reactor.callLater(REFRESH, self._refreshCache)
        self._cache.refresh(self._context.now())

    def _arm(self, delay: float) -> None:
        due = self._reactor.seconds() + delay
        if self._alarm is not None and self._alarm.active():
            if self._alarm.getTime() <= due:
                return
            self._alarm.cancel()
        self._alarm = self._reactor.callLater(delay, self._startDue)

    def _startDue(self) -> None:
        now = self._context.now()
        while self._requested:
            self._queue(self._requested.popleft(), now)
        soonest = min(
            (self._startAt(host, now) for host in list(self._waiting)), default=inf
        )
        if soonest < inf and self.running < self._context.at_once:
            self._arm(max(0.0, soonest - now))

    def _queue(self, item: CacheItem, now: float) -> None:
        context = self._context
        if not self._cache.contains(item):
            return
        try:
            job = chooseSource(
                item, context.sources, context.limiter, now, context.private
            )
        except SourceError as error:
            self.counts["failed"] += 1
            self.counts["refused"] += 1
            self._cache.fail(item, str(error), now + HOPELESS)
            return
        self._waiting.setdefault(job.host, deque()).append(job)

    def _startAt(self, host: str, now: float) -> float:
        # Returns when this host's next request may start; inf where none waits.
        context, waiting = self._context, self._waiting[host]
        while waiting and self.running < context.at_once:
            due = context.limiter.earliest(host, now)
            if now + LONGEST_WAIT < due < inf:
                self._giveUp(waiting, due)
            elif due > now:
                return due
            else:
                self._begin(waiting.popleft(), now)
        if not waiting:
            del self._waiting[host]
        return inf

    def _giveUp(self, waiting: deque[Job], due: float) -> None:
        while waiting:
            fault = "requests to this server are paused"
            self._cache.fail(waiting.popleft().item, fault, due)

    def _begin(self, job: Job, now: float) -> None:
        self.counts["fetches"] += 1
        self._context.limiter.begin(job.host, now)
        running = Deferred.fromCoroutine(self._runner.run(job))
        self._running[job.item] = running
        running.addBoth(self._ended, job)

    def _ended(self, result: Any, job: Job) -> None:
        self._running.pop(job.item, None)
        self._context.limiter.end(job.host)
        if self._waiting or self._requested:
            self._arm(0.0)
