# -*- test-case-name: tests.registry.test_bindingexpiry -*-
"""
When bindings expire: a heap that is checked once a second.

Each live binding has at least one entry, at or before its expiry.  A refresh
leaves the entry where it is; when that comes up, it is put back under the new
expiry, or dropped where the binding is gone.  So a refresh, which is what
nearly all REGISTERs are, costs nothing here.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush

from gigasetd.registry.model import Binding

SPARE = 10000
"""Entries beyond two for each number before the heap is rebuilt."""


class ExpiryHeap:
    """
    A heap of (expires, number, key).
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, str, str]] = []

    def __len__(self) -> int:
        return len(self._heap)

    def note(self, binding: Binding) -> None:
        """
        Add an entry for a binding.
        """
        heappush(self._heap, (binding.expires, binding.number, binding.key))

    def due(
        self, now: float, find: Callable[[str, str], Binding | None]
    ) -> list[Binding]:
        """
        Remove the entries that have come up.

        @param find: gets the present binding of a number and key.
        @return: the bindings that have expired.
        """
        expired: dict[tuple[str, str], Binding] = {}
        while self._heap and self._heap[0][0] <= now:
            _, number, key = heappop(self._heap)
            binding = find(number, key)
            if binding is None:
                continue
            if binding.expires > now:
                self.note(binding)
            else:
                expired[number, key] = binding
        return list(expired.values())

    def tidy(self, bindings: Iterable[tuple[Binding, ...]], numbers: int) -> None:
        """
        Rebuild the heap where entries of removed bindings have piled up.

        @param bindings: the bindings of each number.
        @param numbers: how many numbers are bound.
        """
        if len(self._heap) > 2 * numbers + SPARE:
            self._heap = [
                (each.expires, each.number, each.key)
                for group in bindings
                for each in group
            ]
            heapify(self._heap)
