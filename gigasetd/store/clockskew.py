# -*- test-case-name: tests.store.test_clockskew -*-
"""
Live time and true time: what the registry tells of a binding, and what is
written down.

The rules' clock does not follow when somebody sets the machine's clock, so
that nothing live ends or lasts longer by it.  What is written must be true
time all the same, since the next start goes by the machine's clock.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Iterator

from gigasetd.registry.model import Binding, Change
from gigasetd.registry.registry import Registry

STEP = 2.0
"""Seconds of difference that are nobody's setting of the clock."""


class ClockSkew:
    """
    @ivar skew: seconds to add to a live time to get the true one.
    """

    def __init__(self) -> None:
        self.skew = 0.0

    def follow(self, skew: float) -> bool:
        """
        Note how far true time is away now.

        @return: whether the clock was set, so that all bindings must be
            written anew.
        """
        if abs(skew - self.skew) <= STEP:
            return False
        self.skew = skew
        return True

    def true(self, changes: list[Change]) -> list[Change]:
        """
        The changes as they are to be written.
        """
        if not self.skew:
            return changes
        return [
            change._replace(value=self._moved(change.value))
            if isinstance(change.value, Binding)
            else change
            for change in changes
        ]

    def _moved(self, binding: Binding) -> Binding:
        """
        A binding in true time.
        """
        return binding._replace(
            expires=binding.expires + self.skew,
            registered=binding.registered + self.skew,
        )


def rewriteBindings(registry: Registry, most: int) -> Iterator[int]:
    """
    Note each binding as changed, at most so many between two pauses; those
    that come meanwhile are noted anyway.
    """
    count = 0
    for number in list(registry.bindings):
        for binding in registry.bindings.get(number, ()):
            registry.journal.record("binding", (number, binding.key), binding)
            count += 1
            if count % most == 0:
                yield count
    yield count
