# -*- test-case-name: tests.xmpp.federation.test_component -*-
"""
Accepts external components (XEP-0114).

The order of the handshake is wokkel's.  Who is admitted is decided here: each
domain has one secret and one component, and our own domain has none.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from hmac import compare_digest
from typing import Any, NamedTuple

from twisted.words.protocols.jabber.jid import JID
from twisted.words.protocols.jabber.xmlstream import (
    STREAM_END_EVENT,
    XmlStreamServerFactory,
    hashPassword,
)
from twisted.words.xish.domish import Element
from wokkel.component import ListenComponentAuthenticator

from gigasetd.config.networks import unmapped
from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.ratelimit.guard import Guard
from gigasetd.ratelimit.shares import ShareLimits, Shares
from gigasetd.xmpp.federation.addresses import ACCEPT
from gigasetd.xmpp.federation.router import DomainRouter, DomainTaken
from gigasetd.xmpp.federation.xmlstream import ComponentContext, ComponentStream
from gigasetd.xmpp.stanza.jid import parseJid
from gigasetd.xmpp.stanza.stanza import textOf
from gigasetd.xmpp.stream.header import STREAM


class ComponentAuthenticator(ListenComponentAuthenticator):  # type: ignore[misc]
    """
    The log-in of a component.

    @ivar domain: the domain that it asks for, C{""} until its header is read.
    """

    xmlstream: ComponentStream

    def __init__(self, components: ComponentFactory) -> None:
        super().__init__("")
        self._components = components
        self.domain = ""

    def streamStarted(self, rootElement: Element) -> None:
        """
        Answer the header.
        """
        # wokkel's makes a JID of any text, and copies the header's prefixes.
        stream = self.xmlstream
        to = parseJid(rootElement.attributes.get("to"))
        if (rootElement.uri, rootElement.name) != (
            STREAM,
            "stream",
        ) or stream.content != ACCEPT:
            self._refuse("invalid-namespace")
        elif to is None or to.local or to.resource:
            self._refuse("improper-addressing")
        elif to.domain not in self._components.secrets:
            self._refuse("host-unknown")
        else:
            self.domain = to.domain
            stream.thisEntity = JID(tuple=(None, to.domain, None))
            stream.sid = self._components.token()
            stream.sendHeader()
            stream.addOnetimeObserver("/*", self.onElement)

    def _refuse(self, condition: str) -> None:
        self._components.context.counts["refused"] += 1
        self.xmlstream.fail(condition)

    def onElement(self, element: Element) -> None:
        """
        Insist that the first element is the handshake.
        """
        if (element.uri, element.name) == (ACCEPT, "handshake"):
            self.onHandshake(textOf(element).strip())
        else:
            self._refuse("not-authorized")

    def onHandshake(self, handshake: str) -> None:
        """
        Check the handshake.
        """
        secret = self._components.secrets[self.domain]
        wanted = hashPassword(self.xmlstream.sid, secret)
        # wokkel's comparison takes longer, the more of the digest is right.
        if not compare_digest(wanted.encode(), handshake.lower().encode()):
            self._components.failed(self.xmlstream)
            self._refuse("not-authorized")
            return
        try:
            self._components.admit(self.domain, self.xmlstream)
        except DomainTaken:
            self._refuse("conflict")


class ComponentAccess(NamedTuple):
    """
    Limits the connections and failed log-ins of components.
    """

    guard: Guard  #: limits the connections and the wrong secrets of each source
    local: Callable[[str], bool]  #: whether an address is local
    limits: ShareLimits
    now: Callable[[], float]  #: epoch seconds


def shareLimits(section: XmppSection) -> ShareLimits:
    """
    Read the limits of connections; half of the places are a reserve.
    """
    most = section.max_component_streams
    share = section.max_component_streams_per_address
    return ShareLimits(most, share, share, most // 2)


class ComponentFactory(XmlStreamServerFactory):
    """
    The listener for components.

    @ivar secrets: domain -> secret.
    @ivar token: makes a random stream id.
    @ivar limits: of the connections.
    @ivar streams: the connections, with the address of each.
    """

    noisy = False

    def __init__(
        self,
        secrets: dict[str, str],
        routes: DomainRouter,
        context: ComponentContext,
        token: Callable[[], str],
        access: ComponentAccess,
    ) -> None:
        super().__init__(lambda: ComponentAuthenticator(self))
        self.secrets, self.context, self.token = secrets, context, token
        self._routes = routes
        self._guard, self.limits, self._now = access.guard, access.limits, access.now
        self._shares = Shares(access.local, context.counts)
        self.streams: dict[ComponentStream, str] = {}

    def buildProtocol(self, addr: Any) -> ComponentStream | None:
        """
        Make a connection's stream; L{None} closes it: there are too many, of its
        source or in all, or the address is banned.
        """
        host = unmapped(str(getattr(addr, "host", "")))
        source, now = self._guard.source(host), self._now()
        admitted = self._shares.admits(host, source, self.limits)
        if not (admitted and self._guard.admits(host, now)):
            self.context.counts["refused"] += 1
            return None
        stream = ComponentStream(self.authenticatorFactory(), self.context)
        stream.factory = self
        self.streams[stream] = host
        self._shares.opened(source)
        stream.addOnetimeObserver(STREAM_END_EVENT, lambda _: self._gone(stream))
        return stream

    def failed(self, stream: ComponentStream) -> None:
        """
        Count a wrong secret.
        """
        self._guard.failed(self.streams[stream], self._now())

    def admit(self, domain: str, stream: ComponentStream) -> None:
        """
        Let a component serve a domain.

        @raise DomainTaken: another component serves it.
        """
        self._routes.claim(domain, stream)
        self._guard.proven(self.streams[stream])
        self._shares.proven(self._guard.source(self.streams[stream]))
        stream.send("<handshake/>")

        def taken(element: Element) -> None:
            if not self._routes.arrived(domain, element):
                stream.fail("invalid-from")

        stream.admit(taken)
        stream.addOnetimeObserver(
            STREAM_END_EVENT, lambda _: self._detached(domain, stream)
        )

    def _detached(self, domain: str, stream: ComponentStream) -> None:
        self.context.counts["detached"] += 1
        self._routes.removeRoute(domain, stream)

    def _gone(self, stream: ComponentStream) -> None:
        source = self._guard.source(self.streams.pop(stream))
        self._shares.closed(source, stream.attached)

    def closeAll(self) -> None:
        """
        End every stream, since the server stops.
        """
        for stream in list(self.streams):
            stream.fail("system-shutdown")
