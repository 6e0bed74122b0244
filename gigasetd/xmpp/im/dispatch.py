# -*- test-case-name: tests.xmpp.im.test_dispatch -*-
"""
Dispatches incoming stanzas to the rules, by kind, sender and receiver.

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
    Dispatches the stanzas of clients and of other domains.
    """

    def __init__(self, context: MessagingContext, rules: MessagingRules) -> None:
        self._context, self._rules = context, rules
        self._kinds: dict[str, Callable[[ClientSession, Element, Jid | None], None]] = {
            "message": self._message,
            "presence": self._presence,
            "iq": self._iq,
        }

    def receive(self, session: ClientSession, element: Element) -> None:
        """
        Dispatch a stanza of a client.
        """
        # Whatever "from" says, the sender is who has logged in on the stream.
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
            self._kinds[element.name](session, element, to)
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

    def _presence(
        self, session: ClientSession, element: Element, to: Jid | None
    ) -> None:
        self._context.counts["presences"] += 1
        if to is None:
            if session.presence is None:
                self._rules.subscription.grantPending(session)
            self._rules.presence.received(session, element)
        elif element.attributes.get("type") in TYPES:
            self._rules.subscription.sent(session, element, to)
        else:
            self._rules.directed.sent(session, element, to)

    def _iq(self, session: ClientSession, element: Element, to: Jid | None) -> None:
        self._context.counts["iqs"] += 1
        if to is not None and to.domain != self._context.domain:
            self.across(element, to)
            return
        sender = Jid(session.number, self._context.domain, session.resource)
        self._rules.iqs.arrived(element, sender, to, session)

    def across(self, element: Element, to: Jid) -> None:
        """
        Forward a stanza to another domain.
        """
        if not self._rules.delivery.forward(to, element):
            self._rules.delivery.refuse(element, "remote-server-not-found")

    def foreign(self, element: Element, sender: Jid, to: Jid) -> None:
        """
        Dispatch a stanza from another domain.
        """
        if element.name == "message":
            self._rules.routing.message(element, sender, to)
        elif element.name == "iq":
            self._rules.iqs.arrived(element, sender, to, None)
        elif to.local:
            self._foreignPresence(element, sender, to)

    def _foreignPresence(self, element: Element, sender: Jid, to: Jid) -> None:
        kind = element.attributes.get("type")
        if kind == "probe":
            self._rules.directed.probed(to, element)
        elif self._context.account(to.local) is None:
            self._context.counts["ignored"] += 1
        elif kind in TYPES:
            self._rules.subscription.arrived(to.local, sender.bare, element)
        else:
            self._rules.directed.arrived(element, to)
