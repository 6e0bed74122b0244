# -*- test-case-name: tests.info.fetch.test_failover -*-
"""
Chooses the source to query: the preferred one, and the next one when it keeps
failing.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gigasetd.info.fetch.addresspolicy import checkAddress
from gigasetd.info.fetch.cache import CacheItem
from gigasetd.info.fetch.hostlimits import HostLimiter
from gigasetd.info.sources.interface import Source, SourceError

TRIES = 2  #: failures of one source after which the next is tried

Sources = Mapping[str, Sequence[Source]]
"""Subject -> its sources, the preferred one first."""


class Job(NamedTuple):
    """
    A request to one source.
    """

    item: CacheItem
    source: Source
    url: str
    host: str  #: its key in the host limiter
    conditional: bool = False  #: whether the value is known unless it has changed

    def headers(self) -> dict[str, str]:
        """
        Return the headers of a conditional request (RFC 9110 section 13.1).
        """
        item = self.item
        if not self.conditional:
            return {}
        validators = {"If-None-Match": item.tag, "If-Modified-Since": item.modified}
        return {name: value for name, value in validators.items() if value}


def chooseSource(
    item: CacheItem, sources: Sources, limiter: HostLimiter, now: float, lifted: bool
) -> Job:
    """
    Return the request that updates an item.

    @param lifted: whether owners' addresses may lead to private networks.
    @raise SourceError: no source can be queried; says why the last one cannot.
    """
    candidates = sources.get(item.source, ())
    turn = item.failures // TRIES % max(1, len(candidates))
    fallback: Job | None = None
    fault = SourceError("unknown source")
    for source in (*candidates[turn:], *candidates[:turn]):
        try:
            url = source.url(item.key, now)
            owners = source.guards(item.key)
            target = checkAddress(url, owners and not lifted)
        except SourceError as error:
            fault = error
            continue
        key = limiterKey(target.host, owners)
        unchanged = _isUnchanged(item, source, target.url, now)
        job = Job(item, source, target.url, key, unchanged)
        if not limiter.blocked(job.host, now):
            return job
        fallback = fallback or job
    if fallback is None:
        raise fault
    return fallback


def limiterKey(host: str, owners: bool) -> str:
    """
    Return the key of a host in the limiter. Owners' requests count separately,
    so that they cannot use up the operator's limit.
    """
    return f"{host}, for owners" if owners else host


def _isUnchanged(item: CacheItem, source: Source, url: str, now: float) -> bool:
    same = item.url == url and item.cached.value is not None
    return same and now - item.parsed < source.reparseAfter
