# -*- test-case-name: tests.ratelimit.test_fairqueue -*-
"""
A queue with bounded room, whose turns and places are shared out fairly.

The networks take turns, and in each network its sources.  Where there is no room,
the last entry of the source with the most in the network with the most gives way,
so that a crowd keeps out itself and not others.

Layer 1 (state).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Generic, TypeVar

from gigasetd.ratelimit.source import sourceOf

T = TypeVar("T")

WIDE = (16, 32)
"""Bits of an IPv4 and of an IPv6 network that take one turn: what registries
allocate to one provider.  A rented /48 has 65,536 sources, but one turn."""


class FairQueue(Generic[T]):
    """
    @ivar most: entries at most.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._networks: dict[str, dict[str, deque[T]]] = {}
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def push(self, source: str, entry: T) -> T | None:
        """
        Add an entry.

        @param source: an address or a network; any other text is a network of its
            own.
        @return: the entry that had to give way, perhaps C{entry} itself.
        """
        network = sourceOf(source.partition("/")[0], *WIDE)
        sources = self._networks.setdefault(network, {})
        sources.setdefault(source, deque()).append(entry)
        self._length += 1
        return self._removeLast() if self._length > self.most else None

    def _removeLast(self) -> T:
        # Of several with the most entries, the last one: a new source displaces no
        # older one that has as few entries.
        sizes = [sum(map(len, each.values())) for each in self._networks.values()]
        network = _lastLargest(self._networks, sizes)
        sources = self._networks[network]
        source = _lastLargest(sources, map(len, sources.values()))
        entry = sources[source].pop()
        self._tidy(network, source)
        return entry

    def pop(self) -> T | None:
        """
        Remove the entry whose turn it is; C{None} where there is none.
        """
        for network, sources in self._networks.items():
            source = next(iter(sources))
            entry = sources[source].popleft()
            sources[source] = sources.pop(source)
            self._networks[network] = self._networks.pop(network)
            self._tidy(network, source)
            return entry
        return None

    def _tidy(self, network: str, source: str) -> None:
        self._length -= 1
        sources = self._networks[network]
        if not sources[source]:
            del sources[source]
        if not sources:
            del self._networks[network]


def _lastLargest(keys: Iterable[str], sizes: Iterable[int]) -> str:
    ranked = [(size, place, key) for place, (key, size) in enumerate(zip(keys, sizes))]
    return max(ranked)[2]
