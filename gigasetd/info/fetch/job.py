# -*- test-case-name: tests.info.fetch.test_scheduler -*-
"""
Asks one question, and tells the cache what came of it.

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
AWAY = frozenset({403, 429, 503})  #: what hosts send away with

log = Logger()


class FetchContext(NamedTuple):
    """
    What the fetcher works with.
    """

    download: Downloader
    threads: ParserThreads  #: for what the operator's sources say
    parser: ParserProcess  #: for what comes from anywhere
    limiter: HostLimiter
    sources: Sources
    now: Callable[[], float]  #: epoch seconds
    chance: Callable[[], float]  #: from 0 to 1
    at_once: int = 8  #: questions under way
    size: int = 1 << 20  #: bytes of an answer, unpacked
    private: bool = False  #: whether owners' addresses may lead anywhere


class JobRunner:
    """
    @ivar counts: what became of questions, by name.
    """

    def __init__(self, cache: Cache, means: FetchContext) -> None:
        self.counts = dict.fromkeys(COUNTED, 0)
        self._cache = cache
        self._means = means

    async def ask(self, job: Job) -> None:
        """
        Ask one question; whatever happens, the cache hears of it.
        """
        means, source = self._means, job.source
        try:
            answer = await means.download.ask(
                job.url, job.headers(), source.guards(job.item.key), source.kinds
            )
        except SourceError as error:
            self.counts["refused"] += 1
            self._blame(job, 0.0, False)
            self._fail(job, str(error), 0.0)
        else:
            self.counts["bytes"] += len(answer.body)
            await self._use(job, answer)

    async def _use(self, job: Job, answer: HttpResponse) -> None:
        """
        Use an answer, or say what is wrong with it, which is not to be blamed
        on the rest of its host.
        """
        try:
            await self._take(job, answer)
        except SourceError as error:
            self.counts["refused"] += 1
            self._fail(job, str(error), 0.0)
        except CancelledError:
            pass
        except Exception:
            log.failure("cannot read what {source} says", source=job.source.name)
            self._fail(job, "cannot be read", 0.0)

    async def _take(self, job: Job, answer: HttpResponse) -> None:
        """
        Use an answer.

        @raise BadSource: it is of no use.
        """
        now = self._means.now()
        if answer.code == 304 and job.known:
            self.counts["not_modified"] += 1
            self._keep(job, answer, job.item.found.value)
        elif answer.code in (200, 203):
            item, headers = job.item, answer.headers
            value = await self._read(job, answer, now)
            item.url, item.read = job.url, now
            item.tag = headers.get("etag", "")[:200]
            item.modified = headers.get("last-modified", "")[:60]
            self._keep(job, answer, value)
        elif answer.code == 404 and job.source.absent is not None:
            self._keep(job, answer, job.source.absent)
        else:
            self._refused(job, answer, now)

    async def _read(self, job: Job, answer: HttpResponse, now: float) -> Any:
        """
        The value that an answer holds.
        """
        means, source, key = self._means, job.source, job.item.key
        body, headers = answer.body, answer.headers
        if source.isolatedType is None:
            told = body, headers, key, now, means.size
            return await means.threads.call(partial(decode, source, *told))
        asked = ParseRequest(source.name, key, now, means.size, headers, body)
        return await means.parser.read(asked, source.isolatedType)

    def _keep(self, job: Job, answer: HttpResponse, value: Any) -> None:
        """
        There is something new, or it is known to be the same.
        """
        means, source, now = self._means, job.source, self._means.now()
        lasts = freshnessLifetime(
            answer.headers, now, source.fresh, source.lasts(value)
        )
        self.counts["kept"] += 1
        means.limiter.good(job.host)
        due = withJitter(now + lasts, lasts, means.chance())
        self._cache.store(job.item, value, now, due)

    def _refused(self, job: Job, answer: HttpResponse, now: float) -> None:
        """
        The host has sent us away, or has a fault.
        """
        away = answer.code in AWAY
        self.counts["sent_away"] += away
        wait = retryAfter(answer.headers, now)
        if away or answer.code >= 500:
            self._blame(job, wait, away)
        self._fail(job, f"the server says {answer.code}", wait)

    def _blame(self, job: Job, wait: float, away: bool) -> None:
        """
        The whole host is to be left alone, if it goes on like this.

        @param wait: the seconds that it asks for, C{0.0} for none.
        @param away: whether it has sent us away.
        """
        limiter, now = self._means.limiter, self._means.now()
        tired = backoff(limiter.failures(job.host), self._means.chance())
        limiter.bad(job.host, now + (wait or tired), away)

    def _fail(self, job: Job, fault: str, wait: float) -> None:
        """
        There is nothing new; what was known stays.

        @param wait: as in L{_blame}.
        """
        self.counts["failed"] += 1
        again = wait or backoff(job.item.failures, self._means.chance())
        self._cache.fail(job.item, fault, self._means.now() + again)
