# -*- test-case-name: tests.xmpp.federation.test_upstream -*-
"""
We as the component of an existing server (XEP-0114), such as Prosody or
ejabberd: its users and our phones reach each other.

There our accounts are C{N@DOMAIN} with the component's domain, here with ours;
addresses change at this border.  Whatever is for neither of our own domains
goes to that server, which knows where else to send it.

wokkel's component, hardened: its queue without end is not used, it never gives
up, and nothing that passes is logged.

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
"""Seconds between two tries at most; the first waits one."""


class UpstreamAuthenticator(ConnectComponentAuthenticator):
    """
    Our log-in there.
    """

    def streamStarted(self, rootElement: Element) -> None:
        """
        Answer its header by the handshake.

        Twisted's makes a JID of whatever it calls itself, and takes that for
        who we are.
        """
        stream: Any = self.xmlstream
        stream.sid = rootElement.attributes.get("id") or ""
        self.initializeStream()

    def associateWithStream(self, xs: Any) -> None:
        """
        Begin anew.
        """
        super().associateWithStream(xs)
        xs.initializers = [ComponentInitiatingInitializer(xs)]


class UpstreamFactory(XmlStreamFactory):
    """
    Tries again and again, the longer the slower.
    """

    noisy = False
    maxDelay = SLOWEST

    def __init__(self, upstream: Upstream, terms: ComponentContext) -> None:
        super().__init__(UpstreamAuthenticator(upstream.domain, upstream.secret))
        self.clock = terms.reactor
        self.complained = False
        self._terms = terms

    def clientConnectionFailed(self, connector: Any, reason: Failure) -> None:
        """
        There is nobody.
        """
        self.complain()
        super().clientConnectionFailed(connector, reason)

    def clientConnectionLost(self, connector: Any, unused_reason: Failure) -> None:
        """
        It has gone, or has never let us in.
        """
        self.complain()
        super().clientConnectionLost(connector, unused_reason)

    def complain(self) -> None:
        """
        Say once that we are not attached.
        """
        if self.continueTrying and not self.complained:
            self.complained = True
            log.warn("not attached to the XMPP server; trying again")

    def buildProtocol(self, addr: Any) -> ComponentStream:
        """
        We are connected, which is no reason to be less patient: the secret
        may be wrong.
        """
        stream = ComponentStream(self.authenticator, self._terms)
        stream.factory = self
        self.installBootstraps(stream)
        return stream


class UpstreamComponent(Component):  # type: ignore[misc]
    """
    Keeps us attached.
    """

    def __init__(
        self,
        upstream: Upstream,
        alias: DomainAlias,
        routes: DomainRouter,
        terms: ComponentContext,
    ) -> None:
        # Not wokkel's own beginning, which makes a factory of Twisted's stream.
        StreamManager.__init__(self, UpstreamFactory(upstream, terms), terms.reactor)
        self.host, self.port = upstream.host, upstream.port
        self._alias, self._routes = alias, routes
        self._terms = terms

    def _getConnection(self) -> Any:
        return self._reactor.connectTCP(self.host, self.port, self.factory)

    def _authd(self, xs: ComponentStream) -> None:
        # Not wokkel's, which would send stanzas that have waited for any time.
        self._initialized, self.factory.complained = True, False
        self.factory.resetDelay()
        xs.admit(self.arrived)
        self._routes.claim("", self)
        log.info("attached to the XMPP server")

    def initializationFailed(self, reason: Failure) -> None:
        """
        Nothing to raise, as wokkel does: we try again.
        """

    def _disconnected(self, reason: Any) -> None:
        was = self._initialized
        super()._disconnected(reason)
        self._routes.removeRoute("", self)
        if was:
            self._terms.counts["detached"] += 1

    def stopService(self) -> None:
        """
        Take leave.
        """
        if self.xmlstream is not None:
            self.xmlstream.close()
        super().stopService()

    # stanzas

    def send(self, element: Element) -> None:
        """
        A stanza of ours for somebody who is neither ours nor a component's.
        """
        home = self._alias.home(element)
        if home is not None:
            self._routes.rules(self._alias.theirs, home)
        elif self._initialized:
            self.xmlstream.send(self._alias.outward(element))

    def arrived(self, element: Element) -> None:
        """
        A stanza of that server, which vouches for its sender, but not where
        that would be one of ours.
        """
        sender = parseJid(element.attributes.get("from"))
        counts = self._terms.counts
        routes = self._routes.routes
        if sender is None or sender.domain in (*self._alias, *routes):
            counts["forged"] += 1
        elif element.uri == CLIENT and element.name in NAMES:
            counts["crossed"] += 1
            self._routes.rules(sender.domain, self._alias.inward(element))
