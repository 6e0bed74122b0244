# -*- test-case-name: tests.web.test_service -*-
"""
What every part of HTTP stands on.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from twisted.internet.defer import Deferred

from gigasetd.config.schema import Config
from gigasetd.devices.household import HouseholdIndex
from gigasetd.info.fetch.cache import Cache
from gigasetd.info.places.gazetteer import Gazetteer
from gigasetd.provisioning.updateserver import ServerAddress
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.site.live import Live
from gigasetd.web.http.clients import Clients


class Ground(NamedTuple):
    """
    Handed to whatever builds a part, never to the part itself.
    """

    config: Config
    registry: Registry
    live: Live
    settle: Callable[[], None]  #: makes changes safe; raises C{StoreError}
    safe: Callable[[int], Deferred[None]]  #: fires when a change is on disk
    now: Callable[[], float]  #: epoch seconds
    reactor: Any
    clients: Clients  #: who asks
    place: Callable[[], ServerAddress]  #: where phones reach this server
    opened: Callable[[Account], str]  #: tells a password, or C{VaultError}
    cache: Cache  #: what the sources of information last said
    places: Gazetteer  #: the towns that people choose from
    households: HouseholdIndex  #: the devices of the local network

    def within(self, directory: Path) -> Path:
        """
        A directory that is relative to C{server.state_dir}.
        """
        return self.config.server.state_dir / directory

    def keep(self) -> Deferred[None]:
        """
        Make all changes so far safe.

        @return: fires when they survive a power cut; fails with
            L{gigasetd.errors.StoreError}.
        """
        self.settle()
        return self.safe(self.registry.journal.number)
