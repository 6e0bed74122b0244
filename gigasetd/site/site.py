# -*- test-case-name: tests.site.test_site -*-
"""
C{Site}: what the builders of parts are handed.

It imports nothing of ours at run time, so that every package can name it.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from gigasetd.auth.logincode import LoginCodes
    from gigasetd.config.reload import Following
    from gigasetd.config.schema import Config
    from gigasetd.control.dispatcher import Dispatcher
    from gigasetd.devices.admission import ReportAdmission
    from gigasetd.devices.household import HouseholdIndex
    from gigasetd.info.fetch.cache import Cache
    from gigasetd.info.places.gazetteer import Gazetteer
    from gigasetd.keys.keyring import Keyring
    from gigasetd.process.clock import SteadyClock
    from gigasetd.process.ports import BoundPorts
    from gigasetd.ratelimit.source import Sources
    from gigasetd.registry.registry import Registry
    from gigasetd.site.part import Part
    from gigasetd.store.service import StoreService
    from gigasetd.telemetry.running import Running
    from gigasetd.telemetry.status import Status


@dataclass(frozen=True)
class Caches:
    """
    State in memory that several parts share.

    @ivar sources: what the sources of information last answered.
    @ivar places: the towns; empty until they are read.
    @ivar households: which devices are in the local networks.
    @ivar codes: the one-time codes that handsets show for their owners.
    @ivar reports: admits what phones report of themselves.
    """

    sources: Cache
    places: Gazetteer
    households: HouseholdIndex
    codes: LoginCodes
    reports: ReportAdmission


@dataclass(frozen=True)
class Site:
    """
    Handed to builders only; rules and I/O objects get single values.

    @ivar store: makes changes safe (C{settle()}, C{safe(number)}), and is the
        parent of all services.
    @ivar keys: opens and seals passwords, derives keys.
    @ivar sources: tells the source of an address, for every limit.
    @ivar public: the address that phones reach this server at.
    @ivar dispatcher: performs the operator's verbs.
    @ivar ports: the listeners that are bound.
    @ivar status: counters, gauges and guards of all parts, for metrics and verbs.
    @ivar following: which keys a reload applies, and how.
    @ivar renew: reads the configuration again; returns the keys that need a
        restart, raises L{gigasetd.config.schema.ConfigError}.
    @ivar logPrivate: whether only the operator can read the log.
    @ivar running: what the parts built so far offer to later ones.
    """

    config: Config
    registry: Registry
    store: StoreService
    clock: SteadyClock
    reactor: Any
    keys: Keyring
    sources: Sources
    public: str
    dispatcher: Dispatcher
    ports: BoundPorts
    status: Status
    following: Following
    renew: Callable[[], list[str]]
    caches: Caches
    running: Running
    logPrivate: bool = True

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
        self.store.settle()
        return self.store.safe(self.registry.journal.number)

    def joined(self, part: Part) -> Site:
        """
        Register what a part brings, and start its services with the store's.

        @return: the site for the parts that come after it.
        """
        for service in part.services:
            service.setServiceParent(self.store.listeners)
        for keys, take in part.follows:
            self.following.add(keys, take)
        self.dispatcher.verbs.update(part.verbs)
        self.status.measure(part.counters, part.gauges)
        self.status.add(part.guards, part.expires, part.warnings)
        return replace(self, running=replace(self.running, **part.running))
