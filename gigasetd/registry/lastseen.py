# -*- test-case-name: tests.registry.test_lastseen -*-
"""
When something was last heard of, in memory only and for a bounded many.

Layer 1 (state).
"""

from __future__ import annotations

MOST = 10000
"""Keys that are remembered; the one that was silent longest goes first."""


class Lately:
    """
    Key -> epoch seconds.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._times: dict[str, float] = {}

    def note(self, key: str, now: float) -> None:
        """
        It is heard of just now.
        """
        self._times.pop(key, None)
        self._times[key] = now
        if len(self._times) > self._most:
            del self._times[next(iter(self._times))]

    def when(self, *keys: str) -> float:
        """
        The last time that any of them was heard of, C{0.0} for never.
        """
        return max((self._times.get(key, 0.0) for key in keys), default=0.0)

    def __len__(self) -> int:
        return len(self._times)
