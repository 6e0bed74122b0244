# -*- test-case-name: tests.process.test_reload -*-
"""
Reload: read the configuration again in a running daemon.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.logger import Logger

from gigasetd.config.reload import Following
from gigasetd.config.schema import Config, differences

log = Logger()


class Reload:
    """
    Applies a changed configuration.

    @ivar following: the keys that are applied without a restart, and how.
    """

    def __init__(self, config: Config, read: Callable[[], Config]) -> None:
        """
        @param config: the configuration of the start.
        @param read: reads the present one.
        """
        self.following = Following()
        self._config = config
        self._read = read

    def renew(self) -> list[str]:
        """
        Read the configuration; apply the keys that need no restart.

        @return: the changed keys that need a restart.
        @raise ConfigError: it has faults; nothing is applied.
        """
        new = self._read()
        changed = differences(self._config, new)
        left = [key for key in changed if key not in self.following.keys]
        for setting in left:
            log.warn(
                "{setting} has changed; restart the daemon to apply it",
                setting=setting,
            )
        self.following.follow(new)
        log.info("configuration reloaded")
        return left
