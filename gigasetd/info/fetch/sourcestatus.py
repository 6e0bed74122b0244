# -*- test-case-name: tests.info.fetch.test_derived -*-
"""
How the sources are doing, for the operator: no place and no address of anybody
is in it.

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
    A row for each source that is in use.

    @param subjects: source -> of what kind its keys are.
    @return: dicts with C{source}, C{key} (its kind), C{items}, C{missing} and
        C{failing} (how many have nothing, and how many failed last), C{age}
        (seconds, of the oldest value; L{None} where there is none), C{fault}
        (one of them, C{""} for none) and C{next} (seconds until one is asked
        for again).
    """
    bySource: dict[str, list[CacheItem]] = {}
    for item in cache.items():
        bySource.setdefault(item.source, []).append(item)
    return [
        {"source": source, "key": subjects.get(source, ""), **_row(items, now)}
        for source, items in sorted(bySource.items())
    ]


def _row(items: list[CacheItem], now: float) -> dict[str, Any]:
    """
    What is told of some items.
    """
    faults = [item.found.fault for item in items if item.found.fault]
    got = [item.found.fetched for item in items if item.found.fetched]
    return {
        "items": len(items),
        "missing": sum(item.found.value is None for item in items),
        "failing": len(faults),
        "age": now - min(got) if got else None,
        "fault": faults[-1] if faults else "",
        "next": max(0.0, min(item.due for item in items) - now),
    }


def oldestAge(cache: Cache, now: float) -> float:
    """
    The age of the oldest value, in seconds.
    """
    got = (item.found.fetched for item in cache.items() if item.found.fetched)
    return now - min(got, default=now)
