# -*- test-case-name: tests.web.test_service -*-
"""
HTTP, from the configuration to the open ports.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from twisted.application.service import IService, Service
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.interfaces import IListeningPort
from twisted.logger import Logger
from zope.interface import implementer

from gigasetd.auth.passwordhash import PasswordHashing
from gigasetd.config.endpoint import Endpoint
from gigasetd.config.schema import Config
from gigasetd.config.sections.http import HttpSection
from gigasetd.control.inprocess import Commands
from gigasetd.devices.household import HouseholdIndex
from gigasetd.info.fetch.cache import Cache
from gigasetd.info.places.gazetteer import Gazetteer
from gigasetd.keys.sealing import VaultError
from gigasetd.process.clock import SteadyClock
from gigasetd.process.interfaces import LOOPBACK
from gigasetd.process.listeners import bind, serveStreams
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.site.live import Live
from gigasetd.site.site import Ground
from gigasetd.web.baseurl import BaseUrl
from gigasetd.web.build import clientsOf, parts
from gigasetd.web.http.channel import HttpSite
from gigasetd.web.pages.build import BrowserPages, browserPages
from gigasetd.web.phone.directory import DirectoryRouting
from gigasetd.web.proving import settled
from gigasetd.web.reload import KEYS, following
from gigasetd.web.routes import HttpRoutes

PATIENCE = 2.0  #: seconds that connections have to end in when the daemon stops

log = Logger()


@implementer(IService)
class HttpService(Service):
    """
    The HTTP listeners.

    @ivar site: what answers on each of them.
    @ivar ports: the open ports, in the order of the configuration.
    @ivar counts: what happened so far, by name.
    @ivar commands: the operator's verbs, for the pages that offer them.
    @ivar browserPages: what people come to.
    """

    name = "http"
    commands: Commands
    browserPages: BrowserPages

    def __init__(
        self,
        routes: HttpRoutes,
        site: HttpSite,
        listen: Sequence[Endpoint],
        loaded: Callable[[], None],
        bound: Callable[[], None],
        reactor: Any,
    ) -> None:
        """
        @param loaded: called when the registry is loaded, before any page.
        @param bound: called when all ports are.
        """
        self.site = site
        self.ports: list[IListeningPort] = []
        self.counts: Mapping[str, int] = ChainMap(site.counts, routes.counts)
        self._routes = routes
        self._listen = listen
        self._loaded = loaded
        self._bound = bound
        self._reactor = reactor

    def gauges(self) -> Mapping[str, float]:
        """
        The present figures, by name.
        """
        return {"connections_open": len(self.site.channels)}

    def startService(self) -> Deferred[None]:
        """
        Bind every listener.

        @return: fires when all are bound; fails with the first
            L{twisted.internet.error.CannotListenError}, and then none is.
        """
        super().startService()
        self._loaded()
        return Deferred.fromCoroutine(self._bindAll())

    async def _bindAll(self) -> None:
        """
        Bind one after the other.
        """
        try:
            for listen in self._listen:
                bound = bind("http", listen, ("tcp",))
                self.ports.append(serveStreams(bound, self.site, self._reactor))
            self._bound()
        except BaseException:
            await self.stopService()
            raise

    def stopService(self) -> Deferred[None]:
        """
        Close the ports, then the connections.

        @return: fires when all are closed.
        """
        super().stopService()
        return Deferred.fromCoroutine(self._unbindAll())

    async def _unbindAll(self) -> None:
        """
        Close what is open.
        """
        ports, self.ports = self.ports, []
        await gatherResults([_closed(port) for port in ports])
        self.browserPages.close()
        await self.site.close(PATIENCE)


async def _stopped(port: IListeningPort) -> None:
    """
    Wait for one port to close.
    """
    closing = port.stopListening()
    if closing is not None:
        await closing


def _closed(port: IListeningPort) -> Deferred[None]:
    """
    Close one port.
    """
    return Deferred.fromCoroutine(_stopped(port))


def _unreadable(account: Account) -> str:
    """
    Where nobody has the key, no password can be told.
    """
    raise VaultError("there is no key")


def service(
    config: Config,
    registry: Registry,
    live: Live,
    settle: Callable[[], None],
    clock: SteadyClock,
    reactor: Any,
    public: str = LOOPBACK,
    opened: Callable[[Account], str] = _unreadable,
    safe: Callable[[int], Deferred[None]] = settled,
    hashing: PasswordHashing | None = None,
    cache: Cache | None = None,
    places: Gazetteer | None = None,
    households: HouseholdIndex | None = None,
) -> HttpService:
    """
    Build the HTTP service.

    @param public: the address that phones reach this daemon at.
    @param opened: tells an account's password, or raises
        L{gigasetd.keys.sealing.VaultError}.
    @param safe: fires when a change survives a power cut.
    @param settle: makes the registry's changes safe; raises
        L{gigasetd.errors.StoreError} where it cannot.
    @param clock: its C{now()} is epoch seconds.
    @param hashing: makes and checks hashes of passwords, C{None} for the usual.
    @param cache: what the sources of information last said.
    @param places: the towns that people choose from.
    @param households: the devices of the local network.
    """
    place = BaseUrl(config, public)
    ground = Ground(
        config,
        registry,
        live,
        settle,
        safe,
        clock.now,
        reactor,
        clientsOf(config),
        place,
        opened,
        Cache() if cache is None else cache,
        Gazetteer() if places is None else places,
        households or HouseholdIndex(registry, config.server.local_networks),
    )
    people = browserPages(ground, hashing)
    built = parts(ground, people)
    routes = HttpRoutes(built)
    site = _site(routes, config.http, reactor)
    site.shortcut = built.handset.cached
    people.shown.append(built)
    announce = people.operator.setup.announce
    web = HttpService(
        routes,
        site,
        config.http.listen,
        built.loaded,
        lambda: announce(place().base),
        reactor,
    )
    web.browserPages, web.commands = people, people.commands
    place.ports = web.ports
    live.following.add(KEYS, following(site))
    live.counts["http"] = web.counts
    live.gauges["http"] = web.gauges
    return web


def _site(routes: HttpRoutes, http: HttpSection, reactor: Any) -> HttpSite:
    """
    The connections to a table of routes.
    """
    return HttpSite(
        DirectoryRouting(routes.app.resource()),
        http.max_request,
        http.max_connections,
        http.timeout,
        reactor,
    )
