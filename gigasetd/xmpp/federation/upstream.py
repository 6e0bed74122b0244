# -*- test-case-name: tests.xmpp.federation.test_upstream -*-
"""
Connects to an existing server, such as Prosody or ejabberd, as its component
(XEP-0114): its users and our phones reach each other.

There our accounts are C{N@DOMAIN} with the component's domain, here with ours;
addresses are rewritten on the way.  A stanza for any other domain goes to that
server, which routes it.

wokkel's component, hardened: it has no unlimited queue, never gives up, and logs
no stanza.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.words.protocols.jabber.component import (
    ComponentInitiatingInitializer,
    ConnectComponentAuthenticator,
)
from twisted.words.protocols.jabber.xmlstream import XmlStreamFactory
from twisted.words.xish.domish import Element
from wokkel.component import Component
from wokkel.subprotocols import StreamManager

from gigasetd.config.components import Upstream
from gigasetd.xmpp.federation.addresses import NAMES, DomainAlias
from gigasetd.xmpp.federation.router import DomainRouter
from gigasetd.xmpp.federation.xmlstream import ComponentContext, ComponentStream
from gigasetd.xmpp.stanza.jid import parseJid
from gigasetd.xmpp.stanza.stanza import CLIENT

log = Logger()

SLOWEST = 60
"""Longest delay between two attempts, in seconds; the first delay is one."""


class UpstreamAuthenticator(ConnectComponentAuthenticator):
    """
    Our log-in at the server.
    """

    def streamStarted(self, rootElement: Element) -> None:
        """
        Answer the server's header by the handshake.
        """
        # Twisted's makes a JID of the header's "from", and takes it for our own.
        stream: Any = self.xmlstream
        stream.sid = rootElement.attributes.get("id") or ""
        self.initializeStream()

    def associateWithStream(self, xs: Any) -> None:
        """
        Prepare the stream of a new connection.
        """
        super().associateWithStream(xs)
        xs.initializers = [ComponentInitiatingInitializer(xs)]


class UpstreamFactory(XmlStreamFactory):
    """
    Reconnects with growing delays.
    """

    noisy = False
    maxDelay = SLOWEST

    def __init__(self, upstream: Upstream, context: ComponentContext) -> None:
        super().__init__(UpstreamAuthenticator(upstream.domain, upstream.secret))
        self.clock = context.reactor
        self.complained = False
        self._context = context

    def clientConnectionFailed(self, connector: Any, reason: Failure) -> None:
        """
        Try again later.
        """
        self.complain()
        super().clientConnectionFailed(connector, reason)

    def clientConnectionLost(self, connector: Any, unused_reason: Failure) -> None:
        """
        Try again later.
        """
        self.complain()
        super().clientConnectionLost(connector, unused_reason)

    def complain(self) -> None:
        """
        Log once that we are not connected.
        """
        if self.continueTrying and not self.complained:
            self.complained = True
            log.warn("not connected to the XMPP server; trying again")

    def buildProtocol(self, addr: Any) -> ComponentStream:
        """
        Make the stream of a connection.
        """
        # The delay is not reset yet: the secret may be wrong.
        stream = ComponentStream(self.authenticator, self._context)
        stream.factory = self
        self.installBootstraps(stream)
        return stream


class UpstreamComponent(Component):  # type: ignore[misc]
    """
    Keeps the connection to the server.
    """

    def __init__(
        self,
        upstream: Upstream,
        alias: DomainAlias,
        routes: DomainRouter,
        context: ComponentContext,
    ) -> None:
        # Not wokkel's __init__, which would use Twisted's own XML stream.
        StreamManager.__init__(
            self, UpstreamFactory(upstream, context), context.reactor
        )
        self.host, self.port = upstream.host, upstream.port
        self._alias, self._routes = alias, routes
        self._context = context

    def _getConnection(self) -> Any:
        return self._reactor.connectTCP(self.host, self.port, self.factory)

    def _authd(self, xs: ComponentStream) -> None:
        # Not wokkel's, which would send stanzas that have waited for any time.
        self._initialized, self.factory.complained = True, False
        self.factory.resetDelay()
        xs.admit(self.arrived)
        self._routes.claim("", self)
        log.info("connected to the XMPP server")

    def initializationFailed(self, reason: Failure) -> None:
        """
        Do nothing: the factory tries again.
        """
        # wokkel's would raise the failure.

    def _disconnected(self, reason: Any) -> None:
        was = self._initialized
        super()._disconnected(reason)
        self._routes.removeRoute("", self)
        if was:
            self._context.counts["detached"] += 1

    def stopService(self) -> None:
        """
        Close the stream.
        """
        if self.xmlstream is not None:
            self.xmlstream.close()
        super().stopService()

    # stanzas

    def send(self, element: Element) -> None:
        """
        Send a stanza that is neither for our domain nor for a component.
        """
        home = self._alias.home(element)
        if home is not None:
            self._routes.rules(self._alias.theirs, home)
        elif self._initialized:
            self.xmlstream.send(self._alias.outward(element))

    def arrived(self, element: Element) -> None:
        """
        Handle a stanza from the server.
        """
        # The server vouches for its sender, except for our domain and components.
        sender = parseJid(element.attributes.get("from"))
        counts = self._context.counts
        routes = self._routes.routes
        if sender is None or sender.domain in (*self._alias, *routes):
            counts["forged"] += 1
        elif element.uri == CLIENT and element.name in NAMES:
            counts["crossed"] += 1
            self._routes.rules(sender.domain, self._alias.inward(element))
