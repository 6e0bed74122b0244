# -*- test-case-name: tests.info.test_views -*-
"""
What is found by way of others: pollen and warnings come from elsewhere in
Germany than in the rest of the world.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from gigasetd.info.cache import Cache, Found, View
from gigasetd.info.sources.pollen import ofGermany
from gigasetd.info.sources.source import BadSource, coordinates

REMEMBERED = 4096  #: places of which is known whether they are in Germany

InGermany = Callable[[float, float], bool]


def views(inGermany: InGermany) -> dict[str, View]:
    """
    The views, by what pages ask for.

    @param inGermany: whether latitude and longitude are.
    """

    @lru_cache(REMEMBERED)
    def german(key: str) -> bool:
        try:
            return inGermany(*coordinates(key))
        except BadSource:
            return False

    def pollen(cache: Cache, key: str, now: float) -> Found:
        if not german(key):
            return cache.find("pollen-europe", key, now)
        found = cache.find("pollen-germany", "", now)
        if found.value is None:
            return found
        value = ofGermany(found.value, key, now)
        fault = found.fault or ("" if value else "not of today")
        return found._replace(value=value, fault=fault)

    def warnings(cache: Cache, key: str, now: float) -> Found:
        # Nobody warns everywhere; where nobody does there is nothing to tell.
        if not german(key):
            return Found((), now, "")
        return cache.find("alerts", key, now)

    return {"pollen": pollen, "warnings": warnings}
