# -*- test-case-name: tests.store.test_clockskew -*-
"""
The difference between the daemon's clock and the machine's.

The daemon's clock is steady: it ignores that the machine's clock is set, so
that no binding expires early or late by that.  What is written must be in wall
time all the same, since the next start reads the machine's clock.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Iterator

from gigasetd.registry.model import Binding, Change
from gigasetd.registry.registry import Registry

STEP = 2.0
"""Seconds of difference that are drift: the clock was not set."""


class ClockSkew:
    """
    Converts the times of bindings to wall time.

    @ivar skew: seconds to add to steady time to get wall time.
    """

    def __init__(self) -> None:
        self.skew = 0.0

    def follow(self, skew: float) -> bool:
        """
        Follow the machine's clock.

        @param skew: wall time minus steady time, in seconds.
        @return: whether the clock was set, so that all bindings must be
            rewritten.
        """
        if abs(skew - self.skew) <= STEP:
            return False
        self.skew = skew
        return True

    def toWallTime(self, changes: list[Change]) -> list[Change]:
        """
        Convert changes to what is written.
        """
        if not self.skew:
            return changes
        return [
            change._replace(value=self._converted(change.value))
            if isinstance(change.value, Binding)
            else change
            for change in changes
        ]

    def _converted(self, binding: Binding) -> Binding:
        return binding._replace(
            expires=binding.expires + self.skew,
            registered=binding.registered + self.skew,
        )


def rewriteBindings(registry: Registry, most: int) -> Iterator[int]:
    """
    Journal each binding as changed.

    @param most: bindings between two pauses, at which the caller may let the
        reactor run.
    @return: at each pause, and at the end, how many bindings are done.
    """
    count = 0
    # Bindings that are made meanwhile are journalled anyway.
    for number in list(registry.bindings):
        for binding in registry.bindings.get(number, ()):
            registry.journal.record("binding", (number, binding.key), binding)
            count += 1
            if count % most == 0:
                yield count
    yield count
