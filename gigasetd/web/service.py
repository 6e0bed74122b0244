# -*- test-case-name: tests.web.test_service -*-
"""
The HTTP listeners as a service.

Layer 4 (assembly).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence

from twisted.application.service import IService, Service
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.interfaces import IListeningPort
from zope.interface import implementer

from gigasetd.config.endpoint import Endpoint
from gigasetd.process.listeners import bind, serveStreams
from gigasetd.site.site import Site
from gigasetd.web.http.channel import HttpSite
from gigasetd.web.pages.build import BrowserPages
from gigasetd.web.routes import HttpRoutes

PATIENCE = 2.0  #: seconds that connections have to close when the daemon stops


@implementer(IService)
class HttpService(Service):
    """
    The HTTP listeners.

    @ivar site: answers the connections of all ports.
    @ivar counts: connections and requests, by name; they only grow.
    @ivar ports: the open ports, in the order of the configuration.
    """

    name = "http"

    def __init__(
        self,
        routes: HttpRoutes,
        served: HttpSite,
        site: Site,
        loaded: Callable[[], object],
        bound: Callable[[], None],
        pages: BrowserPages,
    ) -> None:
        """
        @param loaded: called at the start, once the registry is loaded.
        @param bound: called when all ports are bound.
        @param pages: people's pages, closed with the ports.
        """
        self.site = served
        self.counts: Mapping[str, int] = ChainMap(served.counts, routes.counts)
        self._routes = routes
        self.ports: list[IListeningPort] = []
        self._listen: Sequence[Endpoint] = site.config.http.listen
        self._bound = site.ports
        self._reactor = site.reactor
        self._onLoaded = loaded
        self._onBound = bound
        self.browserPages = pages

    def gauges(self) -> Mapping[str, float]:
        """
        Return the present figures by name.
        """
        return {"connections_open": len(self.site.channels)}

    def startService(self) -> Deferred[None]:
        """
        Bind every listener.

        @return: fires when all are bound; fails with the first
            L{twisted.internet.error.CannotListenError}, and then none is.
        """
        super().startService()
        self._onLoaded()
        return Deferred.fromCoroutine(self._bindAll())

    async def _bindAll(self) -> None:
        try:
            for listen in self._listen:
                bound = bind("http", listen, ("tcp",))
                host, port = bound.getsockname()[:2]
                self.ports.append(serveStreams(bound, self.site, self._reactor))
                self._bound.add("http", "tcp", host, port)
            self._onBound()
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
        ports, self.ports = self.ports, []
        await gatherResults([_closed(port) for port in ports])
        self._bound.clear("http")
        self.browserPages.close()
        await self.site.close(PATIENCE)


async def _stopped(port: IListeningPort) -> None:
    closing = port.stopListening()
    if closing is not None:
        await closing


def _closed(port: IListeningPort) -> Deferred[None]:
    return Deferred.fromCoroutine(_stopped(port))
