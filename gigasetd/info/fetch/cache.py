# -*- test-case-name: tests.info.fetch.test_cache -*-
"""
Caches the latest values of sources in memory; pages read it without waiting.

A read marks the item as in use. C{Cache.onFetchNeeded} tells the fetcher about
missing and stale items; it fetches them in the background and stores the values
here. When a fetch fails, the old value stays, with the fault beside it
(C{stale-if-error}, RFC 5861).

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from gigasetd.registry.boundeddict import BoundedDict

MOST = 5000
FORGET = 86400.0  #: seconds after its last access until an item is dropped
SELDOM = 4  #: factor on the lifetime of a value that no page has read yet
LONGEST_KEY = 2048  #: characters of a key; a longer one is never fetched


class CachedValue(NamedTuple):
    """
    The latest value of one item.
    """

    value: Any  #: as the source's parser returned it; L{None} before that
    fetched: float  #: when it was fetched, epoch seconds; C{0.0} for never
    fault: str  #: why the last fetch failed; C{""} when it succeeded


NOTHING = CachedValue(None, 0.0, "")


class CacheItem:
    """
    One key of one source; times are epoch seconds.

    @ivar cached: its latest value.
    @ivar due: when to fetch it again.
    @ivar accessed: when a page last read it.
    @ivar failures: failed fetches since the last success.
    @ivar pending: whether the fetcher has it to fetch.
    @ivar parsed: when the value was parsed from the document at C{url}.
    @ivar tag: the document's C{ETag}, C{""} for none.
    @ivar modified: its C{Last-Modified}, C{""} for none.
    """

    __slots__ = (
        "accessed",
        "cached",
        "due",
        "failures",
        "key",
        "modified",
        "parsed",
        "pending",
        "source",
        "tag",
        "url",
    )  # fmt: skip

    def __init__(self, source: str, key: str) -> None:
        self.source = source
        self.key = key
        self.cached = NOTHING
        self.due = self.accessed = self.parsed = 0.0
        self.failures = 0
        self.pending = False
        self.url = self.tag = self.modified = ""


def _refreshDue(item: CacheItem) -> float:
    # A value that no page has read since it was fetched is refreshed less often:
    # that saves the host's daily limit for values that are in use.
    if item.accessed >= item.cached.fetched:
        return item.due
    return item.due + (SELDOM - 1) * (item.due - item.cached.fetched)


DerivedSource = Callable[["Cache", str, float], CachedValue]
"""Reads a source that is made from others: takes the cache, a key, and now."""


class Cache:
    """
    Maps (source, key) to its latest value.

    @ivar forget: seconds after its last access until an item is dropped.
    @ivar onFetchNeeded: called with a missing or stale item, once until it is
        stored or has failed; L{None} while no fetcher runs.
    @ivar derived: sources that are made from others, by name.
    """

    def __init__(self, most: int = MOST, forget: float = FORGET) -> None:
        self.forget = forget
        self.onFetchNeeded: Callable[[CacheItem], None] | None = None
        self.derived: dict[str, DerivedSource] = {}
        self._items: BoundedDict[tuple[str, str], CacheItem] = BoundedDict(most)

    @property
    def most(self) -> int:
        """
        The number of items at most; the least recently used is dropped.
        """
        return self._items.most

    @most.setter
    def most(self, most: int) -> None:
        self._items.most = most

    def __len__(self) -> int:
        return len(self._items)

    def find(self, source: str, key: str, now: float) -> CachedValue:
        """
        Return the latest value of a key; never waits.

        @param now: epoch seconds.
        """
        derived = self.derived.get(source)
        if derived is not None:
            return derived(self, key, now)
        if len(key) > LONGEST_KEY:
            return NOTHING._replace(fault="the address is too long")
        item = self._itemFor(source, key)
        item.accessed = now
        self.requestFetch(item, now)
        return item.cached

    def _itemFor(self, source: str, key: str) -> CacheItem:
        item = self._items.get((source, key)) or CacheItem(source, key)
        self._items[source, key] = item
        return item

    def requestFetch(self, item: CacheItem, now: float) -> None:
        """
        Pass an item to the fetcher if it is due.
        """
        if self.onFetchNeeded is not None and not item.pending and item.due <= now:
            item.pending = True
            self.onFetchNeeded(item)

    def store(self, item: CacheItem, value: Any, now: float, due: float) -> None:
        """
        Set an item's value.

        @param due: when to fetch it again, epoch seconds.
        """
        item.cached = CachedValue(value, now, "")
        item.due, item.failures, item.pending = due, 0, False

    def fail(self, item: CacheItem, fault: str, due: float) -> None:
        """
        Record a failed fetch; the old value stays.
        """
        item.cached = item.cached._replace(fault=fault)
        item.due, item.pending = due, False
        item.failures += 1

    def contains(self, item: CacheItem) -> bool:
        """
        Whether this item is still in the cache.
        """
        return self._items.get((item.source, item.key)) is item

    def refresh(self, now: float) -> None:
        """
        Request what is due, and drop items that no page reads any more.
        """
        for item in list(self._items.values()):
            if item.accessed < now - self.forget:
                del self._items[item.source, item.key]
            elif now >= _refreshDue(item):
                self.requestFetch(item, now)

    def drop(self, source: str, key: str) -> None:
        self._items.pop((source, key), None)

    def items(self) -> Iterator[CacheItem]:
        """
        Iterate over all items, the least recently used first.
        """
        return iter(list(self._items.values()))
