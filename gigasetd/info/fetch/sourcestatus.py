# -*- test-case-name: tests.info.fetch.test_sourcestatus -*-
"""
The status of sources for the operator. It names no owner's place or address.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gigasetd.info.fetch.cache import Cache, CacheItem


def sourceRows(
    cache: Cache, subjects: Mapping[str, str], now: float
) -> list[dict[str, Any]]:
    """
    Return a row for each source in use.

    @param subjects: source -> the kind of its keys.
    @return: dicts with C{source}, C{key} (its kind), C{items}, C{missing} (items
        without a value), C{failing} (items whose last fetch failed), C{age}
        (seconds, of the oldest value; L{None} for none), C{fault} (of one item,
        C{""} for none) and C{next} (seconds until the next fetch).
    """
    bySource: dict[str, list[CacheItem]] = {}
    for item in cache.items():
        bySource.setdefault(item.source, []).append(item)
    return [
        {"source": source, "key": subjects.get(source, ""), **_row(items, now)}
        for source, items in sorted(bySource.items())
    ]


def _row(items: list[CacheItem], now: float) -> dict[str, Any]:
    faults = [item.cached.fault for item in items if item.cached.fault]
    got = [item.cached.fetched for item in items if item.cached.fetched]
    return {
        "items": len(items),
        "missing": sum(item.cached.value is None for item in items),
        "failing": len(faults),
        "age": now - min(got) if got else None,
        "fault": faults[-1] if faults else "",
        "next": max(0.0, min(item.due for item in items) - now),
    }


def oldestAge(cache: Cache, now: float) -> float:
    """
    Return the age of the oldest value in seconds.
    """
    got = (item.cached.fetched for item in cache.items() if item.cached.fetched)
    return now - min(got, default=now)
