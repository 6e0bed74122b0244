# -*- test-case-name: tests.registry.test_registry -*-
"""
When bindings end: a heap that is looked at once a second.

Each live binding has at least one entry, at or before its end.  An entry is
left where it is when its binding is refreshed, and put back under the new end
when it comes up; one whose binding is gone is dropped then.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush

from gigasetd.registry.model import Binding

SPARE = 10000
"""Entries beyond two a binding before the heap is built anew."""


class ExpiryHeap:
    """
    The heap.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, str, str]] = []

    def __len__(self) -> int:
        """
        How many entries there are.
        """
        return len(self._heap)

    def note(self, binding: Binding) -> None:
        """
        Remember when a binding ends.
        """
        heappush(self._heap, (binding.expires, binding.number, binding.key))

    def due(
        self, now: float, find: Callable[[str, str], Binding | None]
    ) -> list[Binding]:
        """
        The bindings whose time is over.

        @param find: the binding of a number and key, as it is now.
        """
        over: dict[tuple[str, str], Binding] = {}
        while self._heap and self._heap[0][0] <= now:
            _, number, key = heappop(self._heap)
            binding = find(number, key)
            if binding is None:
                continue
            if binding.expires > now:
                self.note(binding)
            else:
                over[number, key] = binding
        return list(over.values())

    def tidy(self, bindings: Iterable[tuple[Binding, ...]], numbers: int) -> None:
        """
        Build the heap anew where entries of bindings that came and went have
        piled up.

        @param numbers: how many numbers are bound.
        """
        if len(self._heap) > 2 * numbers + SPARE:
            self._heap = [
                (each.expires, each.number, each.key)
                for several in bindings
                for each in several
            ]
            heapify(self._heap)
