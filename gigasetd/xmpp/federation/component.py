# -*- test-case-name: tests.xmpp.federation.test_component -*-
"""
External components that attach to us (XEP-0114).

Of wokkel's authenticator stays when what is expected; whom it admits is ours:
one secret a domain, one component a domain, and never our own domain.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from hmac import compare_digest
from typing import Any

from twisted.words.protocols.jabber.jid import JID
from twisted.words.protocols.jabber.xmlstream import (
    STREAM_END_EVENT,
    XmlStreamServerFactory,
    hashPassword,
)
from twisted.words.xish.domish import Element
from wokkel.component import ListenComponentAuthenticator

from gigasetd.xmpp.federation.addresses import ACCEPT
from gigasetd.xmpp.federation.router import DomainRouter, DomainTaken
from gigasetd.xmpp.federation.xmlstream import ComponentContext, ComponentStream
from gigasetd.xmpp.stanza.jid import parseJid
from gigasetd.xmpp.stanza.stanza import textOf
from gigasetd.xmpp.stream.header import STREAM


class ComponentAuthenticator(ListenComponentAuthenticator):  # type: ignore[misc]
    """
    One component's log-in.

    @ivar domain: what it wants to serve, C{""} while that is not known.
    """

    xmlstream: ComponentStream

    def __init__(self, components: ComponentFactory) -> None:
        super().__init__("")
        self._components = components
        self.domain = ""

    def streamStarted(self, rootElement: Element) -> None:
        """
        Answer its header.

        wokkel's makes a JID of whatever it holds and takes over its prefixes.
        """
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
        self._components.terms.counts["refused"] += 1
        self.xmlstream.fail(condition)

    def onElement(self, element: Element) -> None:
        """
        The first thing that it says must be the handshake.
        """
        if (element.uri, element.name) == (ACCEPT, "handshake"):
            self.onHandshake(textOf(element).strip())
        else:
            self._refuse("not-authorized")

    def onHandshake(self, handshake: str) -> None:
        """
        See whether it knows the secret.
        """
        secret = self._components.secrets[self.domain]
        wanted = hashPassword(self.xmlstream.sid, secret)
        # Not wokkel's comparison, which takes longer the more is right.
        if not compare_digest(wanted.encode(), handshake.lower().encode()):
            self._refuse("not-authorized")
            return
        try:
            self._components.admit(self.domain, self.xmlstream)
        except DomainTaken:
            self._refuse("conflict")


class ComponentFactory(XmlStreamServerFactory):
    """
    The listener for components.

    @ivar secrets: domain -> secret.
    @ivar token: makes a stream's id, which nobody can guess.
    @ivar streams: those that are connected now.
    """

    noisy = False

    def __init__(
        self,
        secrets: dict[str, str],
        routes: DomainRouter,
        terms: ComponentContext,
        token: Callable[[], str],
    ) -> None:
        super().__init__(lambda: ComponentAuthenticator(self))
        self.secrets, self.terms, self.token = secrets, terms, token
        self._routes = routes
        self.streams: set[ComponentStream] = set()

    @property
    def most(self) -> int:
        """
        How many connections there may be: each component may come back before
        its old one is known to be gone.
        """
        return 4 * len(self.secrets) + 16

    def buildProtocol(self, addr: Any) -> ComponentStream | None:
        """
        A connection came in; C{None} closes it.
        """
        if len(self.streams) >= self.most:
            self.terms.counts["refused"] += 1
            return None
        stream = ComponentStream(self.authenticatorFactory(), self.terms)
        stream.factory = self
        self.streams.add(stream)
        stream.addOnetimeObserver(STREAM_END_EVENT, lambda _: self._gone(stream))
        return stream

    def admit(self, domain: str, stream: ComponentStream) -> None:
        """
        One has proved that it may serve a domain.

        @raise DomainTaken: another one does.
        """
        self._routes.claim(domain, stream)
        stream.send("<handshake/>")

        def taken(element: Element) -> None:
            if not self._routes.arrived(domain, element):
                stream.fail("invalid-from")

        stream.admit(taken)
        stream.addOnetimeObserver(
            STREAM_END_EVENT, lambda _: self._detached(domain, stream)
        )

    def _detached(self, domain: str, stream: ComponentStream) -> None:
        self.terms.counts["detached"] += 1
        self._routes.removeRoute(domain, stream)

    def _gone(self, stream: ComponentStream) -> None:
        self.streams.discard(stream)

    def closeAll(self) -> None:
        """
        The daemon stops.
        """
        for stream in list(self.streams):
            stream.fail("system-shutdown")
