# -*- test-case-name: tests.info.fetch.test_cache -*-
"""
What the sources last said, in memory: a page asks here and never waits.

Asking notes that a thing is wanted.  The fetcher hears of what is missing or
old by L{Cache.wished}, brings it in the background and puts it here; where it
fails, the old value stays and the fault is told beside it (stale-if-error).

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from gigasetd.registry.boundeddict import BoundedDict

MOST = 5000
FORGET = 86400.0  #: seconds after which what nobody has wanted goes
SELDOM = 4  #: times as long as usual stays what nobody wants just now
LONGEST_KEY = 2048  #: characters of a key; a longer one is never fetched


class CachedValue(NamedTuple):
    """
    What is known just now.
    """

    value: Any  #: the source's own value, L{None} while there is nothing yet
    fetched: float  #: when it was got, epoch seconds; C{0.0} for never
    fault: str  #: why the last try failed, C{""} when it did not


NOTHING = CachedValue(None, 0.0, "")


class CacheItem:
    """
    One thing that somebody wants; times are epoch seconds.

    @ivar due: when to try the next time.
    @ivar wanted: when somebody last asked for it.
    @ivar failures: failed tries since the last good one.
    @ivar asked: whether the fetcher knows and has not answered yet.
    @ivar read: when the value was read from the document at C{url}.
    @ivar tag: its C{ETag}, C{""} for none.
    @ivar modified: its C{Last-Modified}, C{""} for none.
    """

    __slots__ = (
        "asked",
        "due",
        "failures",
        "found",
        "key",
        "modified",
        "read",
        "source",
        "tag",
        "url",
        "wanted",
    )  # fmt: skip

    def __init__(self, source: str, key: str) -> None:
        self.source = source
        self.key = key
        self.found = NOTHING
        self.due = self.wanted = self.read = 0.0
        self.failures = 0
        self.asked = False
        self.url = self.tag = self.modified = ""


def _worth(item: CacheItem) -> float:
    """
    When an item is worth refreshing though nobody waits for it: at once where
    somebody has wanted what is there, else less often, which leaves hosts more
    of their questions of the day for others.
    """
    if item.wanted >= item.found.fetched:
        return item.due
    return item.due + (SELDOM - 1) * (item.due - item.found.fetched)


DerivedSource = Callable[["Cache", str, float], CachedValue]
"""A source that is found by way of others: of cache, key and now."""


class Cache:
    """
    (source, key) -> what it last said.

    @ivar wished: is told what is missing or old, once until it is answered;
        L{None} before a fetcher runs.
    @ivar views: the sources that are found by way of others.
    """

    def __init__(self, most: int = MOST, forget: float = FORGET) -> None:
        self.forget = forget
        self.wished: Callable[[CacheItem], None] | None = None
        self.derived: dict[str, DerivedSource] = {}
        self._items: BoundedDict[tuple[str, str], CacheItem] = BoundedDict(most)

    @property
    def most(self) -> int:
        """
        Items at most; the least recently wanted is dropped.
        """
        return self._items.most

    @most.setter
    def most(self, most: int) -> None:
        self._items.most = most

    def __len__(self) -> int:
        return len(self._items)

    def find(self, source: str, key: str, now: float) -> CachedValue:
        """
        What is known; never waits.

        @param now: epoch seconds.
        """
        view = self.derived.get(source)
        if view is not None:
            return view(self, key, now)
        if len(key) > LONGEST_KEY:
            return NOTHING._replace(fault="the address is too long")
        item = self._wanted(source, key)
        item.wanted = now
        self.requestFetch(item, now)
        return item.found

    def _wanted(self, source: str, key: str) -> CacheItem:
        """
        The item, made where it is new, as the last one to go.
        """
        item = self._items.get((source, key)) or CacheItem(source, key)
        self._items[source, key] = item
        return item

    def requestFetch(self, item: CacheItem, now: float) -> None:
        """
        Tell the fetcher, if it is time.
        """
        if self.wished is not None and not item.asked and item.due <= now:
            item.asked = True
            self.wished(item)

    def store(self, item: CacheItem, value: Any, now: float, due: float) -> None:
        """
        The source has said this.

        @param due: when to ask again, epoch seconds.
        """
        item.found = CachedValue(value, now, "")
        item.due, item.failures, item.asked = due, 0, False

    def fail(self, item: CacheItem, fault: str, due: float) -> None:
        """
        The source could not be asked; what it said before stays.
        """
        item.found = item.found._replace(fault=fault)
        item.due, item.asked = due, False
        item.failures += 1

    def contains(self, item: CacheItem) -> bool:
        """
        Whether the item is still wanted here.
        """
        return self._items.get((item.source, item.key)) is item

    def refresh(self, now: float) -> None:
        """
        Wish for what has become old, and forget what nobody has wanted long.
        """
        for item in list(self._items.values()):
            if item.wanted < now - self.forget:
                del self._items[item.source, item.key]
            elif now >= _worth(item):
                self.requestFetch(item, now)

    def drop(self, source: str, key: str) -> None:
        """
        Forget one item at once.
        """
        self._items.pop((source, key), None)

    def items(self) -> Iterator[CacheItem]:
        """
        All of them, the least recently wanted first.
        """
        return iter(list(self._items.values()))
