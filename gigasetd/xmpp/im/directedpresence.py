# -*- test-case-name: tests.xmpp.im.test_directedpresence -*-
"""
Directed presence, and probes (RFC 6121 sections 4.3 and 4.6).

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.presence import PresenceRules
from gigasetd.xmpp.im.roster import Roster
from gigasetd.xmpp.im.session import ClientSession
from gigasetd.xmpp.stanza.error import StanzaRefused
from gigasetd.xmpp.stanza.jid import Jid, parseJid
from gigasetd.xmpp.stanza.namespaces import readdressed, stanza


class DirectedPresence:
    """
    Handles presence with a C{to}.
    """

    def __init__(
        self,
        context: MessagingContext,
        delivery: Delivery,
        roster: Roster,
        presence: PresenceRules,
    ) -> None:
        self._context, self._delivery = context, delivery
        self._roster, self._presence = roster, presence

    def sent(self, session: ClientSession, element: Element, to: Jid) -> None:
        """
        Handle directed presence of a client (section 4.6).

        @raise StanzaRefused: its type is unknown, the receiver is blocked or
            cannot be reached, or there are too many receivers.
        """
        kind = element.attributes.get("type")
        if kind not in (None, "unavailable", "probe", "error"):
            raise StanzaRefused("bad-request")
        if kind == "probe":
            if to.domain == self._context.domain and to.local:
                self.probed(to, element)
            return
        if self._context.blocks(session.number, to):
            raise StanzaRefused("not-acceptable")
        if kind is None:
            self._remember(session, to)
        elif kind == "unavailable":
            session.directed.pop(to.full, None)
        if to.domain != self._context.domain:
            if not self._delivery.forward(to, element):
                raise StanzaRefused("remote-server-not-found")
        elif to.local:
            self.arrived(element, to)

    def _remember(self, session: ClientSession, to: Jid) -> None:
        if self._roster.sees(session.number, to.bare) or to.bare == session.bare:
            return
        most = self._context.section.max_directed
        if to.full not in session.directed and len(session.directed) >= most:
            raise StanzaRefused("resource-constraint")
        session.directed[to.full] = None

    def arrived(self, element: Element, to: Jid) -> None:
        """
        Deliver directed presence to an account.
        """
        sender = parseJid(element.attributes.get("from"))
        if sender is not None and not self._context.blocks(to.local, sender):
            self._presence.deliver(to, element)

    def probed(self, to: Jid, element: Element) -> None:
        """
        Answer a probe of an account, or of one session (section 4.3.2).
        """
        sender = parseJid(element.attributes.get("from"))
        if sender is None:
            return
        shown = self._shown(to, sender)
        if not (self._knows(to.local, sender) or shown):
            self._answer(to, sender, element, "unsubscribed")
        elif not shown or self._context.blocks(to.local, sender):
            self._answer(to, sender, element, "unavailable")
        elif to.resource:
            # A probe of a full address learns only that it is available.
            here = stanza("presence", from_=to.full, to=sender.full)
            self._delivery.route(here)
        else:
            for session in shown:
                if session.presence is not None:
                    self._delivery.route(readdressed(session.presence, sender.full))

    def _knows(self, number: str, sender: Jid) -> bool:
        own = sender.bare == self._context.bareOf(number)
        return own or self._roster.sees(number, sender.bare)

    def _shown(self, to: Jid, sender: Jid) -> list[ClientSession]:
        """
        List the sessions that a probe asks for and that its sender may see: as a
        contact, or because they have sent it presence (section 4.6.6).
        """
        knows = self._knows(to.local, sender)
        return [
            session
            for session in self._context.sessions.of(to.local)
            if (session.visible and knows)
            or sender.full in session.directed
            or sender.bare in session.directed
            if to.resource in ("", session.resource)
        ]

    def _answer(self, to: Jid, sender: Jid, probe: Element, kind: str) -> None:
        answer = stanza("presence", type=kind, from_=to.bare, to=sender.full)
        if "id" in probe.attributes:
            answer.attributes["id"] = probe.attributes["id"]
        self._delivery.route(answer)
