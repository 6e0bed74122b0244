# -*- test-case-name: tests.xmpp.federation.test_component -*-
"""
Routes stanzas for other domains to the component or server that serves them.

wokkel's router, hardened: it logs no stanza, serves no domain twice and not our
own, accepts no stanza from a domain that its sender does not serve, and answers
only stanzas that may be answered.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.words.xish.domish import Element
from wokkel.component import Router

from gigasetd.xmpp.federation.addresses import NAMES
from gigasetd.xmpp.stanza.jid import parseJid
from gigasetd.xmpp.stanza.stanza import CLIENT, answerable, errorReply


class DomainTaken(Exception):
    """
    The domain is served already, or is our own.
    """


class DomainRouter(Router):  # type: ignore[misc]
    """
    Knows what serves which domain.

    @ivar routes: domain -> an object with a method C{send}.
    @ivar rules: called with a domain and a stanza from it.
    @ivar changed: called with a domain, and whether it is served now.
    """

    def __init__(
        self,
        domain: str,
        rules: Callable[[str, Element], None],
        changed: Callable[[str, bool], None],
        counts: dict[str, int],
    ) -> None:
        super().__init__()
        self.rules, self.changed = rules, changed
        self._domain, self._counts = domain, counts
        self._observers: dict[str, Callable[[Element], None]] = {}

    def addRoute(self, destination: str, xs: Any) -> None:
        """
        Serve a domain by a pipe.

        @param xs: the end of a pipe of wokkel's, which is observed.
        @raise DomainTaken: it is our own, or served already.
        """

        def arrived(element: Element) -> None:
            self.arrived(destination, element)

        self.claim(destination, xs)
        self._observers[destination] = arrived
        xs.addObserver("/*", arrived)

    def claim(self, domain: str, sink: Any) -> None:
        """
        Serve a domain by an object that calls L{arrived} itself.

        @raise DomainTaken: it is our own, or served already.
        """
        if domain == self._domain or domain in self.routes:
            raise DomainTaken(domain)
        self.routes[domain] = sink
        self.changed(domain, True)

    def removeRoute(self, destination: str, xs: Any) -> None:
        """
        Serve a domain no longer.
        """
        # Another object may serve it by now: that one stays.
        observer = self._observers.pop(destination, None)
        if observer is not None:
            xs.removeObserver("/*", observer)
        if self.routes.get(destination) is xs:
            del self.routes[destination]
            self.changed(destination, False)

    def arrived(self, domain: str, element: Element) -> bool:
        """
        Handle a stanza from the server of a domain.

        @return: whether its sender is in that domain.
        """
        sender = parseJid(element.attributes.get("from"))
        if sender is None or sender.domain != domain:
            self._counts["forged"] += 1
            return False
        if element.uri == CLIENT and element.name in NAMES:
            self._counts["crossed"] += 1
            self.rules(domain, element)
        return True

    def forward(self, domain: str, element: Element) -> None:
        """
        Send a stanza to the server of a domain, or bounce it.
        """
        sink = self.routes.get(domain)
        if sink is not None:
            sink.send(element)
            return
        self._counts["away"] += 1
        self.bounce(domain, element)

    def bounce(self, domain: str, element: Element) -> None:
        """
        Answer a stanza for a domain that is not served now.
        """
        # Presence needs no answer, except a subscription request.
        kind = element.attributes.get("type")
        if element.name == "presence" and kind != "subscribe":
            return
        if answerable(element):
            self.rules(domain, errorReply(element, "remote-server-timeout"))
