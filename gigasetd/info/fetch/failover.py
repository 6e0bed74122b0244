# -*- test-case-name: tests.info.fetch.test_failover -*-
"""
Whom to ask for what: the first source that can tell it, and where one keeps
failing the next.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gigasetd.info.fetch.addresspolicy import checkAddress
from gigasetd.info.fetch.cache import CacheItem
from gigasetd.info.fetch.hostlimits import HostLimiter
from gigasetd.info.sources.interface import Source, SourceError

TRIES = 2  #: failures of one source after which the next has its turn

Sources = Mapping[str, Sequence[Source]]
"""What pages ask for -> who can tell it, the preferred one first."""


class Job(NamedTuple):
    """
    One question to ask.
    """

    item: CacheItem
    source: Source
    url: str
    host: str  #: what its pace is kept under
    known: bool = False  #: whether its answer is here, unless it has changed

    def headers(self) -> dict[str, str]:
        """
        What makes the answer short where nothing has changed.
        """
        item = self.item
        if not self.known:
            return {}
        told = {"If-None-Match": item.tag, "If-Modified-Since": item.modified}
        return {name: value for name, value in told.items() if value}


def chooseSource(
    item: CacheItem, sources: Sources, limiter: HostLimiter, now: float, lifted: bool
) -> Job:
    """
    The question that an item leads to.

    @param lifted: whether owners' addresses may lead anywhere.
    @raise BadSource: nobody can be asked; says why the last one can't.
    """
    known = sources.get(item.source, ())
    turn = item.failures // TRIES % max(1, len(known))
    found: Job | None = None
    fault = SourceError("no such source")
    for source in (*known[turn:], *known[:turn]):
        try:
            url = source.url(item.key, now)
            owners = source.guards(item.key)
            target = checkAddress(url, owners and not lifted)
        except SourceError as error:
            fault = error
            continue
        same = _isKnown(item, source, target.url, now)
        job = Job(item, source, target.url, limiterKey(target.host, owners), same)
        if not limiter.shut(job.host, now):
            return job
        found = found or job
    if found is None:
        raise fault
    return found


def limiterKey(host: str, owners: bool) -> str:
    """
    What a host's pace is kept under; whatever owners ask of it costs the
    operator's own sources nothing.
    """
    return f"{host}, for owners" if owners else host


def _isKnown(item: CacheItem, source: Source, url: str, now: float) -> bool:
    """
    Whether the value is that of this very document, and not of too long ago.
    """
    same = item.url == url and item.found.value is not None
    return same and now - item.read < source.reparseAfter
