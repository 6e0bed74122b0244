"""
Sites for tests of parts: in memory, with a disk that is never slow.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.application.service import MultiService
from twisted.internet.defer import Deferred, succeed
from twisted.internet.testing import MemoryReactorClock

from gigasetd.config.reload import Following
from gigasetd.config.schema import Config
from gigasetd.control.dispatcher import Dispatcher
from gigasetd.process.clock import SteadyClock
from gigasetd.process.interfaces import LOOPBACK
from gigasetd.process.ports import BoundPorts
from gigasetd.ratelimit.settings import sourcesOf
from gigasetd.registry.journal import Journal
from gigasetd.registry.registry import Registry
from gigasetd.sip.build import Unsealed
from gigasetd.site.site import Site
from gigasetd.store.service import StoreService
from gigasetd.tap import makeCaches
from gigasetd.telemetry.running import Running
from gigasetd.telemetry.status import Status


class MemoryStore:
    """
    Tells the registry's listeners of changes, and keeps nothing.

    @ivar settled: how often changes were made safe.
    """

    def __init__(self, registry: Registry) -> None:
        self.listeners = MultiService()
        self.settled = 0
        self._registry = registry

    def settle(self) -> None:
        """
        Tell the listeners.
        """
        self.settled += 1
        self._registry.notify()

    def safe(self, number: int) -> Deferred[None]:
        """
        Every change is safe at once.
        """
        return succeed(None)

    def state(self) -> dict[str, Any]:
        """
        All is well.
        """
        return {"ok": True, "detail": ""}


def siteOf(
    config: Config | None = None,
    registry: Registry | None = None,
    reactor: Any = None,
    **more: Any,
) -> Site:
    """
    A site over this registry.

    @param more: fields of L{Site} that differ.
    """
    config = config or Config()
    registry = Registry(Journal()) if registry is None else registry
    reactor = MemoryReactorClock() if reactor is None else reactor
    clock = more.get("clock") or SteadyClock(reactor.seconds)
    store = more.pop("store", None) or MemoryStore(registry)
    if not isinstance(store, StoreService):
        store.listeners = MultiService()
    sources = sourcesOf(config)
    site = Site(
        config=config,
        registry=registry,
        store=store,
        clock=clock,
        reactor=reactor,
        keys=Unsealed(),  # type: ignore[arg-type]
        sources=sources,
        public=LOOPBACK,
        dispatcher=Dispatcher(registry, store, clock.now, reactor),
        ports=BoundPorts(),
        status=Status(clock.now(), lambda: {"ok": True, "detail": ""}),
        following=Following(),
        renew=list,
        caches=makeCaches(config, registry, sources),
        running=Running(),
    )
    return replace(site, **more)


def built(site: Site, build: Any, name: str = "") -> tuple[Site, Any]:
    """
    Build a part on a site.

    @param build: the package's C{part}.
    @param name: of the service that the test wants; the first where it is empty.
    @return: the site with the part, and the service, not started.
    """
    part = build(site)
    services = [each for each in part.services if name in ("", each.name)]
    return site.joined(part), services[0]
