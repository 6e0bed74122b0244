# -*- test-case-name: tests.config.test_reload -*-
"""
What a running daemon takes over when its configuration is read again.

Each part says which keys it can follow, and how; all others need a restart.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gigasetd.config.schema import Config


class Following:
    """
    @ivar keys: the dotted keys that are followed.
    """

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self._parts: list[Callable[[Config], None]] = []

    def add(self, keys: Iterable[str], take: Callable[[Config], None]) -> None:
        """
        Have C{take} called with each new configuration.

        @param keys: what it takes from it.
        """
        self.keys.update(keys)
        self._parts.append(take)

    def follow(self, config: Config) -> None:
        """
        Tell every part of a new configuration.
        """
        for take in self._parts:
            take(config)
