# -*- test-case-name: tests.info.fetch.test_derived -*-
"""
What is found by way of others: pollen and warnings come from elsewhere in
Germany than in the rest of the world.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from gigasetd.info.fetch.cache import Cache, CachedValue, DerivedSource
from gigasetd.info.sources.interface import SourceError, coordinates
from gigasetd.info.sources.pollen import germanPollenAt

REMEMBERED = 4096  #: places of which is known what they are like
QUIET = 300.0  #: seconds that "nobody warns there" is one and the same answer

InGermany = Callable[[float, float], bool]


def derivedSources(inGermany: InGermany) -> dict[str, DerivedSource]:
    """
    The views, by what pages ask for.

    @param inGermany: whether latitude and longitude are.
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
    Nobody warns everywhere; where nobody does there is nothing to tell.
    """

    def __init__(self, german: Callable[[str], bool]) -> None:
        self._german = german
        self._none = CachedValue((), -QUIET, "")

    def __call__(self, cache: Cache, key: str, now: float) -> CachedValue:
        """
        A L{DerivedSource}.
        """
        if self._german(key):
            return cache.find("alerts", key, now)
        # A page that is kept is known to be true by finding the very same.
        if not 0 <= now - self._none.fetched < QUIET:
            self._none = CachedValue((), now, "")
        return self._none


class PollenSource:
    """
    In Germany a part of the one file, elsewhere a question of its own.
    """

    def __init__(self, german: Callable[[str], bool]) -> None:
        self._german = german
        self._parts: dict[str, tuple[CachedValue, float, CachedValue]] = {}

    def __call__(self, cache: Cache, key: str, now: float) -> CachedValue:
        """
        A L{DerivedSource}.
        """
        if not self._german(key):
            return cache.find("pollen-europe", key, now)
        whole, hour = cache.find("pollen-germany", "", now), now // 3600
        if whole.value is None:
            return whole
        known = self._parts.get(key)
        if known is not None and known[0] is whole and known[1] == hour:
            return known[2]
        if len(self._parts) >= REMEMBERED:
            self._parts.clear()
        value = germanPollenAt(whole.value, key, now)
        fault = whole.fault or ("" if value else "not of today")
        found = whole._replace(value=value, fault=fault)
        self._parts[key] = whole, hour, found
        return found
