# -*- test-case-name: tests.xmpp.im.test_server -*-
"""
Stanzas as they come in: whom they are from and for, and which rule is theirs.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.words.xish.domish import Element

from gigasetd.xmpp.build import MessagingRules
from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.session import ClientSession
from gigasetd.xmpp.im.subscriptionstate import TYPES
from gigasetd.xmpp.stanza.error import StanzaRefused
from gigasetd.xmpp.stanza.jid import Jid, parseJid
from gigasetd.xmpp.stanza.stanza import CLIENT

STANZAS = frozenset({(CLIENT, "message"), (CLIENT, "presence"), (CLIENT, "iq")})


class StanzaDispatch:
    """
    What clients and other domains send.
    """

    def __init__(self, context: MessagingContext, parts: MessagingRules) -> None:
        self._context, self._rules = context, parts
        self._ways: dict[str, Callable[[ClientSession, Element, Jid | None], None]] = {
            "message": self._message,
            "presence": self._presented,
            "iq": self._asked,
        }

    def receive(self, session: ClientSession, element: Element) -> None:
        """
        One stanza of a client, which is who its stream says, whatever it says
        itself.
        """
        attributes = element.attributes
        attributes["from"] = session.full
        to = None
        if "to" in attributes:
            to = parseJid(attributes["to"])
            if to is None:
                del attributes["to"]
                self._rules.delivery.refuse(element, "jid-malformed")
                return
            if self._context.blocks(session.number, to):
                self._rules.blocking.refuse(session, element)
                return
        try:
            self._ways[element.name](session, element, to)
        except StanzaRefused as error:
            self._rules.delivery.refuse(element, error.condition, error.text)

    def _message(
        self, session: ClientSession, element: Element, to: Jid | None
    ) -> None:
        self._context.counts["messages"] += 1
        domain = self._context.domain
        if to is None:
            to = Jid(session.number, domain, "")
            element.attributes["to"] = session.bare
        sender = Jid(session.number, domain, session.resource)
        self._rules.routing.message(element, sender, to)
        self._rules.carbons.sent(session, element)

    def _presented(
        self, session: ClientSession, element: Element, to: Jid | None
    ) -> None:
        self._context.counts["presences"] += 1
        if to is None:
            if session.presence is None:
                self._rules.subscription.greet(session)
            self._rules.presence.said(session, element)
        elif element.attributes.get("type") in TYPES:
            self._rules.subscription.sent(session, element, to)
        else:
            self._rules.directed.sent(session, element, to)

    def _asked(self, session: ClientSession, element: Element, to: Jid | None) -> None:
        self._context.counts["iqs"] += 1
        if to is not None and to.domain != self._context.domain:
            self.across(element, to)
            return
        sender = Jid(session.number, self._context.domain, session.resource)
        self._rules.iqs.arrived(element, sender, to, session)

    def across(self, element: Element, to: Jid) -> None:
        """
        A stanza for another domain.
        """
        if not self._rules.delivery.abroad(to, element):
            self._rules.delivery.refuse(element, "remote-server-not-found")

    def foreign(self, element: Element, sender: Jid, to: Jid) -> None:
        """
        A stanza of another domain for ours.
        """
        if element.name == "message":
            self._rules.routing.message(element, sender, to)
        elif element.name == "iq":
            self._rules.iqs.arrived(element, sender, to, None)
        elif to.local:
            self._shown(element, sender, to)

    def _shown(self, element: Element, sender: Jid, to: Jid) -> None:
        kind = element.attributes.get("type")
        if kind == "probe":
            self._rules.directed.probed(to, element)
        elif self._context.account(to.local) is None:
            self._context.counts["ignored"] += 1
        elif kind in TYPES:
            self._rules.subscription.came(to.local, sender.bare, element)
        else:
            self._rules.directed.arrived(element, to)
