# -*- test-case-name: tests.info.fetch.test_scheduler -*-
"""
Runs one request, and stores the result in the cache.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from twisted.internet.defer import CancelledError
from twisted.logger import Logger

from gigasetd.info.fetch.cache import Cache
from gigasetd.info.fetch.decode import decode
from gigasetd.info.fetch.download import Downloader, HttpResponse
from gigasetd.info.fetch.failover import Job, Sources
from gigasetd.info.fetch.freshness import (
    backoff,
    freshnessLifetime,
    retryAfter,
    withJitter,
)
from gigasetd.info.fetch.hostlimits import HostLimiter
from gigasetd.info.fetch.ipc import ParseRequest
from gigasetd.info.fetch.parserprocess import ParserProcess
from gigasetd.info.fetch.threads import ParserThreads
from gigasetd.info.sources.interface import SourceError

COUNTED = (
    "fetches", "kept", "not_modified", "failed", "refused", "sent_away", "bytes",
)  # fmt: skip
AWAY = frozenset({403, 429, 503})  #: status codes that refuse further requests

log = Logger()


class FetchContext(NamedTuple):
    """
    What the fetcher works with.
    """

    downloader: Downloader
    threads: ParserThreads  #: for documents of the operator's sources
    parser: ParserProcess  #: for documents from any server
    limiter: HostLimiter
    sources: Sources
    now: Callable[[], float]  #: epoch seconds
    chance: Callable[[], float]  #: from 0 to 1
    at_once: int = 8  #: requests in progress
    size: int = 1 << 20  #: bytes of a decompressed response
    private: bool = False  #: whether owners' addresses may lead to private networks


class JobRunner:
    """
    Runs requests.

    @ivar counts: results of requests, by name.
    """

    def __init__(self, cache: Cache, context: FetchContext) -> None:
        self.counts = dict.fromkeys(COUNTED, 0)
        self._cache = cache
        self._context = context

    async def run(self, job: Job) -> None:
        """
        Send one request; every outcome reaches the cache.
        """
        context, source = self._context, job.source
        try:
            response = await context.downloader.get(
                job.url, job.headers(), source.guards(job.item.key), source.kinds
            )
        except SourceError as error:
            self.counts["refused"] += 1
            self._blame(job, 0.0, False)
            self._fail(job, str(error), 0.0)
        else:
            self.counts["bytes"] += len(response.body)
            await self._use(job, response)

    async def _use(self, job: Job, response: HttpResponse) -> None:
        # A document that cannot be parsed is not blamed on its host.
        try:
            await self._take(job, response)
        except SourceError as error:
            self.counts["refused"] += 1
            self._fail(job, str(error), 0.0)
        except CancelledError:
            pass
        except Exception:
            log.failure("parser of source {source} failed", source=job.source.name)
            self._fail(job, "the document cannot be parsed", 0.0)

    async def _take(self, job: Job, response: HttpResponse) -> None:
        """
        Store the value of a response.

        @raise SourceError: the response is not usable.
        """
        now = self._context.now()
        if response.code == 304 and job.conditional:
            self.counts["not_modified"] += 1
            self._store(job, response, job.item.cached.value)
        elif response.code in (200, 203):
            item, headers = job.item, response.headers
            value = await self._read(job, response, now)
            item.url, item.parsed = job.url, now
            item.tag = headers.get("etag", "")[:200]
            item.modified = headers.get("last-modified", "")[:60]
            self._store(job, response, value)
        elif response.code == 404 and job.source.absent is not None:
            self._store(job, response, job.source.absent)
        else:
            self._refused(job, response, now)

    async def _read(self, job: Job, response: HttpResponse, now: float) -> Any:
        context, source, key = self._context, job.source, job.item.key
        body, headers = response.body, response.headers
        if source.isolatedType is None:
            arguments = body, headers, key, now, context.size
            return await context.threads.call(partial(decode, source, *arguments))
        request = ParseRequest(source.name, key, now, context.size, headers, body)
        return await context.parser.read(request, source.isolatedType)

    def _store(self, job: Job, response: HttpResponse, value: Any) -> None:
        context, source, now = self._context, job.source, self._context.now()
        lifetime = freshnessLifetime(
            response.headers, now, source.fresh, source.lasts(value)
        )
        self.counts["kept"] += 1
        context.limiter.succeeded(job.host)
        due = withJitter(now + lifetime, lifetime, context.chance())
        self._cache.store(job.item, value, now, due)

    def _refused(self, job: Job, response: HttpResponse, now: float) -> None:
        away = response.code in AWAY
        self.counts["sent_away"] += away
        wait = retryAfter(response.headers, now)
        if away or response.code >= 500:
            self._blame(job, wait, away)
        self._fail(job, f"the server answered with status {response.code}", wait)

    def _blame(self, job: Job, wait: float, away: bool) -> None:
        """
        Record a failure of the host.

        @param wait: seconds that the host asked for, C{0.0} for none.
        @param away: whether the host refused further requests.
        """
        limiter, now = self._context.limiter, self._context.now()
        delay = backoff(limiter.failures(job.host), self._context.chance())
        limiter.failed(job.host, now + (wait or delay), away)

    def _fail(self, job: Job, fault: str, wait: float) -> None:
        self.counts["failed"] += 1
        again = wait or backoff(job.item.failures, self._context.chance())
        self._cache.fail(job.item, fault, self._context.now() + again)
