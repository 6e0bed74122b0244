# -*- test-case-name: tests.config.test_reload -*-
"""
The keys that a running daemon applies at a reload.

Each part registers the keys that it follows; all others need a restart.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gigasetd.config.schema import Config


class Following:
    """
    The functions that apply a new configuration.

    @ivar keys: the dotted keys that they apply.
    """

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self._parts: list[Callable[[Config], None]] = []

    def add(self, keys: Iterable[str], take: Callable[[Config], None]) -> None:
        """
        Register a function for new configurations.

        @param keys: the dotted keys that it applies.
        @param take: applies a configuration.
        """
        self.keys.update(keys)
        self._parts.append(take)

    def follow(self, config: Config) -> None:
        """
        Apply a new configuration.
        """
        for take in self._parts:
            take(config)
