# -*- test-case-name: tests.process.test_reload -*-
"""
Reading the configuration again in a running daemon.

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
    @ivar following: which keys are applied without a restart, and how.
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
        Read the configuration and apply what can be changed while running.

        @return: the keys that have changed and need a restart.
        @raise ConfigError: it has faults; all is left as it was.
        """
        new = self._read()
        changed = differences(self._config, new)
        left = [key for key in changed if key not in self.following.keys]
        for setting in left:
            log.warn(
                "{setting} has changed and needs a restart; left as it was",
                setting=setting,
            )
        self.following.follow(new)
        log.info("configuration read again")
        return left
