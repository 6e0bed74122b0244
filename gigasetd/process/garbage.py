# -*- test-case-name: tests.process.test_garbage -*-
"""
Keeping the garbage collector away from the registry: a full collection of it
would stop everything for tenths of a second.

Layer 3 (I/O).
"""

from __future__ import annotations

import gc

from gigasetd.registry.registry import Registry

GROWTH = 1.1
"""How much larger the registry must be to be frozen again."""

SELDOM = 360
"""Looks without growth before one that takes its time: six hours of minutes."""


FRESH = 300
"""Changes after which the collector looks among what is young.

It counts what was made less what has gone, of whatever age.  Where a new
registration takes an old one's place it counts nothing, and what is young
grows until some other thing makes it look: 75,000 values, and 50 ms in which
nobody was served, were seen."""


class FrozenRegistry:
    """
    The registry's values, as far as they are out of garbage collection.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._frozen = 0
        self._waited = 0
        self._looked = 0

    def _size(self) -> int:
        """
        How many values the registry holds, nearly.
        """
        registry = self._registry
        things = len(registry.devices) + len(registry.checkins) + len(registry.tokens)
        return things + len(registry.accounts) + len(registry.bindings)

    def freeze(self) -> None:
        """
        Take what is loaded out of garbage collection.
        """
        gc.collect()
        gc.freeze()
        self._frozen = self._size()

    def young(self) -> None:
        """
        Have the collector look among what is young, while that is little.
        """
        number = self._registry.journal.number
        if number - self._looked >= FRESH:
            self._looked = number
            gc.collect(1)

    def refreeze(self) -> None:
        """
        Do so again when the registry has grown, and else once in a while, as
        nothing but this looks for cycles among what is old.
        """
        self._waited += 1
        size = self._size()
        if size > self._frozen * GROWTH + 1000:
            gc.collect(1)
            gc.freeze()
            self._frozen = size
        elif self._waited >= SELDOM:
            self._waited = 0
            gc.collect()
            gc.freeze()
