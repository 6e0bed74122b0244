# -*- test-case-name: tests.web.test_service -*-
"""
HTTP, from the configuration to the open ports.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from twisted.application.service import IService, Service
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.endpoints import (
    TCP4ServerEndpoint,
    TCP6ServerEndpoint,
)
from twisted.internet.interfaces import IListeningPort
from twisted.logger import Logger
from zope.interface import implementer

from gigasetd.activation import socketNamed
from gigasetd.address import LOOPBACK
from gigasetd.clock import SteadyClock
from gigasetd.config import Config, Http
from gigasetd.info.menu import Pages
from gigasetd.listen import Listen
from gigasetd.live import Live
from gigasetd.model import Account
from gigasetd.phone.neighbourhood import Neighbourhood
from gigasetd.phone.provisioning import Place
from gigasetd.phone.rendering import Templates
from gigasetd.phone.shelf import Shelf
from gigasetd.registry.registry import Registry
from gigasetd.telemetry.counters import metrics
from gigasetd.telemetry.log import tellListening
from gigasetd.vault import VaultError
from gigasetd.web.channel import Site
from gigasetd.web.devices import Devices
from gigasetd.web.handset import Callers, Handset
from gigasetd.web.machine import Machine
from gigasetd.web.proving import proofs, redirecting, settled
from gigasetd.web.provisioning import Provisioning
from gigasetd.web.site import Routes

PATIENCE = 2.0  #: seconds that connections have to end in when the daemon stops

log = Logger()


@implementer(IService)
class Web(Service):
    """
    The HTTP listeners.

    @ivar site: what answers on each of them.
    @ivar ports: the open ports, in the order of the configuration.
    @ivar counts: what happened so far, by name.
    """

    name = "http"

    def __init__(
        self,
        routes: Routes,
        site: Site,
        listen: Sequence[Listen],
        loaded: Callable[[], None],
        reactor: Any,
    ) -> None:
        """
        @param loaded: called when the registry is loaded, before any page.
        """
        self.site = site
        self.ports: list[IListeningPort] = []
        self.counts: Mapping[str, int] = ChainMap(site.counts, routes.counts)
        self._routes = routes
        self._listen = listen
        self._loaded = loaded
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
                port = await self._bind(listen)
                self.ports.append(port)
                bound: Any = port.getHost()
                tellListening("http", "tcp", bound.host, bound.port)
        except BaseException:
            await self.stopService()
            raise

    async def _bind(self, listen: Listen) -> IListeningPort:
        """
        Bind one listener, or take over the socket that systemd has bound.
        """
        if listen.transport != "systemd":
            kind = TCP6ServerEndpoint if ":" in listen.interface else TCP4ServerEndpoint
            endpoint = kind(self._reactor, listen.port, interface=listen.interface)
            bound: IListeningPort = await endpoint.listen(self.site)
            return bound
        with socketNamed(listen.name) as handed:
            adopted: IListeningPort = self._reactor.adoptStreamPort(
                handed.fileno(), handed.family, self.site
            )
        return adopted

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


class Where:
    """
    Where phones reach this server.

    @ivar ports: the open ports of HTTP, in the order of the configuration.
    """

    def __init__(self, config: Config, public: str) -> None:
        self._config = config
        self._public = public
        self.ports: list[IListeningPort] = []

    def __call__(self) -> Place:
        """
        As things are now.
        """
        config = self._config
        host = f"[{self._public}]" if ":" in self._public else self._public
        port = self._port()
        end = "" if port == 80 else f":{port}"
        sip = [one.port for one in config.sip.listen if one.transport == "udp"]
        return Place(
            config.server.domain,
            self._public,
            f"http://{host}{end}",
            next(filter(None, sip), 5060),
            config.sip.nat_expires,
        )

    def _port(self) -> int:
        """
        The port of HTTP that phones are told: 80 where it is among several.
        """
        hosts: list[Any] = [port.getHost() for port in self.ports]
        found = [int(host.port) for host in hosts]
        found = found or [one.port for one in self._config.http.listen if one.port]
        return 80 if 80 in found or not found else found[0]


def within(config: Config, directory: Path) -> Path:
    """
    A directory that is relative to C{server.state_dir}.
    """
    return config.server.state_dir / directory


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
) -> Web:
    """
    Build the HTTP service.

    @param public: the address that phones reach this daemon at.
    @param opened: tells an account's password, or raises
        L{gigasetd.vault.VaultError}.
    @param safe: fires when a change survives a power cut.
    @param settle: makes the registry's changes safe; raises
        L{gigasetd.errors.StoreError} where it cannot.
    @param clock: its C{now()} is epoch seconds.
    """
    local = config.server.local_networks
    callers = Callers(local, config.http.trusted_proxies, config.http.phone_access)
    pages = Pages(registry, config.info.language, live.reachable)
    shelf = Shelf(within(config, config.firmware.directory), clock.now)
    live.stock = shelf.stock
    neighbourhood = Neighbourhood(registry, local)
    proof = proofs(config, registry, opened)
    place = Where(config, public)
    provisioning = Provisioning(
        registry,
        callers,
        proof,
        Templates(within(config, config.templates.directory)),
        shelf,
        place,
        opened,
        settle,
        clock.now,
        reactor,
        live.fetched.note,
    )
    redirects = redirecting(
        config, registry, callers, lambda: place().base, (settle, safe), clock.now
    )
    live.counts["redirect"] = redirects.counts
    routes = Routes(
        Handset(registry, pages, callers, settle, clock.now),
        Devices(
            registry,
            callers,
            config.server.domain,
            neighbourhood,
            proof,
            clock.now,
            shelf.stock,
        ),
        Machine(live, metrics(registry, live), callers),
        provisioning,
        redirects,
    )
    site = _site(routes, config.http, reactor)
    web = Web(routes, site, config.http.listen, neighbourhood.look, reactor)
    place.ports = web.ports
    live.counts["provisioning"] = ChainMap(
        provisioning.counts, proof.counts, shelf.counts
    )
    live.counts["http"] = web.counts
    live.gauges["http"] = web.gauges
    return web


def _site(routes: Routes, http: Http, reactor: Any) -> Site:
    """
    The connections to a table of routes.
    """
    return Site(
        routes.app.resource(),
        http.max_request,
        http.max_connections,
        http.timeout,
        reactor,
    )
