# -*- test-case-name: tests.process.test_garbage -*-
"""
Keep the registry out of garbage collection: a full collection of it would stop
the reactor for tenths of a second.

Layer 3 (I/O).
"""

from __future__ import annotations

import gc

from gigasetd.registry.registry import Registry

GROWTH = 1.1
"""The growth of the registry after which it is frozen again."""

SELDOM = 360
"""Checks without growth, one a minute, between two full collections."""

FRESH = 300
"""Changes between two collections of the young generation.

Python starts one by a count of allocations less deallocations.  A registration
that replaces another leaves that count as it is, so the young generation grew
to 75,000 values, and its collection stopped the reactor for 50 ms."""


class FrozenRegistry:
    """
    Freezes the registry's values, and collects the garbage among young ones.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._frozen = 0
        self._checks = 0
        self._collected = 0

    def _size(self) -> int:
        registry = self._registry
        values = len(registry.devices) + len(registry.checkins) + len(registry.tokens)
        return values + len(registry.accounts) + len(registry.bindings)

    def freeze(self) -> None:
        """
        Take all objects that exist now out of garbage collection.
        """
        gc.collect()
        gc.freeze()
        self._frozen = self._size()

    def collectYoung(self) -> None:
        """
        Collect the young generation while it is small.
        """
        number = self._registry.journal.number
        if number - self._collected >= FRESH:
            self._collected = number
            gc.collect(1)

    def refreeze(self) -> None:
        """
        Freeze again where the registry has grown; else collect everything
        once in a while, since nothing else finds cycles of old objects.
        """
        self._checks += 1
        size = self._size()
        if size > self._frozen * GROWTH + 1000:
            gc.collect(1)
            gc.freeze()
            self._frozen = size
        elif self._checks >= SELDOM:
            self._checks = 0
            gc.collect()
            gc.freeze()
