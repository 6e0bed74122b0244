# -*- test-case-name: tests.registry.test_lastseen -*-
"""
When a device last sent a request, in memory only and for a bounded number.

Layer 1 (state).
"""

from __future__ import annotations

from gigasetd.registry.boundeddict import BoundedDict

MOST = 10000
"""Keys at most; the one that was silent longest is dropped."""


class LastSeen:
    """
    When keys were last seen: key -> epoch seconds, bounded in number.
    """

    def __init__(self, most: int = MOST) -> None:
        self._times: BoundedDict[str, float] = BoundedDict(most)

    def note(self, key: str, now: float) -> None:
        """
        Note that C{key} was seen just now.
        """
        self._times[key] = now

    def when(self, *keys: str) -> float:
        """
        The last time that any of these keys was seen, C{0.0} for never.
        """
        return max((self._times.get(key, 0.0) for key in keys), default=0.0)

    def __len__(self) -> int:
        return len(self._times)
