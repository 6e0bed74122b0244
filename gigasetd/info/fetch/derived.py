# -*- test-case-name: tests.info.fetch.test_derived -*-
"""
Sources that are made from others: pollen and warnings have another source in
Germany than elsewhere.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from gigasetd.info.fetch.cache import Cache, CachedValue, DerivedSource
from gigasetd.info.sources.interface import SourceError, coordinates
from gigasetd.info.sources.pollen import germanPollenAt

REMEMBERED = 4096  #: places whose country and pollen are memorized
QUIET = 300.0  #: seconds that "no warnings" stays the same object

InGermany = Callable[[float, float], bool]


def derivedSources(inGermany: InGermany) -> dict[str, DerivedSource]:
    """
    Build the derived sources, by name.

    @param inGermany: tells from latitude and longitude.
    """

    @lru_cache(REMEMBERED)
    def german(key: str) -> bool:
        try:
            return inGermany(*coordinates(key))
        except SourceError:
            return False

    return {"pollen": PollenSource(german), "warnings": WarningSource(german)}


class WarningSource:
    """
    Weather warnings; only Germany has a source of them.
    """

    def __init__(self, german: Callable[[str], bool]) -> None:
        self._german = german
        self._none = CachedValue((), -QUIET, "")

    def __call__(self, cache: Cache, key: str, now: float) -> CachedValue:
        if self._german(key):
            return cache.find("alerts", key, now)
        # A cached page stays valid only while it reads the identical object.
        if not 0 <= now - self._none.fetched < QUIET:
            self._none = CachedValue((), now, "")
        return self._none


class PollenSource:
    """
    Pollen: one document for all of Germany, one query per place elsewhere.
    """

    def __init__(self, german: Callable[[str], bool]) -> None:
        self._german = german
        self._parts: dict[str, tuple[CachedValue, float, CachedValue]] = {}

    def __call__(self, cache: Cache, key: str, now: float) -> CachedValue:
        if not self._german(key):
            return cache.find("pollen-europe", key, now)
        whole, hour = cache.find("pollen-germany", "", now), now // 3600
        if whole.value is None:
            return whole
        memo = self._parts.get(key)
        if memo is not None and memo[0] is whole and memo[1] == hour:
            return memo[2]
        if len(self._parts) >= REMEMBERED:
            self._parts.clear()
        value = germanPollenAt(whole.value, key, now)
        fault = whole.fault or ("" if value else "no data for today")
        cached = whole._replace(value=value, fault=fault)
        self._parts[key] = whole, hour, cached
        return cached
