# -*- test-case-name: tests.xmpp.federation.test_component -*-
"""
Which part, component or server takes stanzas for which other domain.

wokkel's router, hardened: no stanza in the log, no domain claimed twice or of
ours, no stanza in the name of a domain that is not the sender's, and answers
only where they may be given.

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
    Somebody else serves this domain now.
    """


class DomainRouter(Router):  # type: ignore[misc]
    """
    @ivar routes: domain -> what has a C{send}.
    @ivar rules: takes the stanzas of a domain.
    @ivar changed: told when a domain is served, and when no longer.
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
        Have a domain served.

        @param xs: one end of a pipe of wokkel's; it is observed.
        @raise DomainTaken: it is ours, or served already.
        """

        def arrived(element: Element) -> None:
            self.arrived(destination, element)

        self.claim(destination, xs)
        self._observers[destination] = arrived
        xs.addObserver("/*", arrived)

    def claim(self, domain: str, sink: Any) -> None:
        """
        Have a domain served by what hands in its stanzas itself.

        @raise DomainTaken: it is ours, or served already.
        """
        if domain == self._domain or domain in self.routes:
            raise DomainTaken(domain)
        self.routes[domain] = sink
        self.changed(domain, True)

    def removeRoute(self, destination: str, xs: Any) -> None:
        """
        A domain is not served any longer; late news of one who has lost it
        changes nothing.
        """
        observer = self._observers.pop(destination, None)
        if observer is not None:
            xs.removeObserver("/*", observer)
        if self.routes.get(destination) is xs:
            del self.routes[destination]
            self.changed(destination, False)

    def arrived(self, domain: str, element: Element) -> bool:
        """
        A stanza that whoever serves a domain has sent.

        @return: whether it was in that domain's name.
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
        Hand a stanza to whoever serves a domain; where nobody does, tell the
        sender so.
        """
        sink = self.routes.get(domain)
        if sink is not None:
            sink.send(element)
            return
        self._counts["away"] += 1
        self.bounce(domain, element)

    def bounce(self, domain: str, element: Element) -> None:
        """
        Tell a sender that somebody is away, where that may be said; nobody
        has asked for an answer to a presence.
        """
        kind = element.attributes.get("type")
        if element.name == "presence" and kind != "subscribe":
            return
        if answerable(element):
            self.rules(domain, errorReply(element, "remote-server-timeout"))
