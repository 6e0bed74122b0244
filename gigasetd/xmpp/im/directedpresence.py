# -*- test-case-name: tests.xmpp.im.test_presence -*-
"""
Presence from one to one: directed presence, and probes (RFC 6121 sections 4.3
and 4.6).

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
    What has a receiver.
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
        Presence for somebody in particular (section 4.6).

        @raise StanzaRefused: that cannot be.
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
            if not self._delivery.abroad(to, element):
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
        Presence of somebody for an account of ours.
        """
        sender = parseJid(element.attributes.get("from"))
        if sender is not None and not self._context.blocks(to.local, sender):
            self._presence.spread(to, element)

    def probed(self, to: Jid, element: Element) -> None:
        """
        Somebody asks how an account, or one stream of it, is (section 4.3.2).
        """
        asker = parseJid(element.attributes.get("from"))
        if asker is None:
            return
        shown = self._shown(to, asker)
        if not (self._knows(to.local, asker) or shown):
            self._answer(to, asker, element, "unsubscribed")
        elif not shown or self._context.blocks(to.local, asker):
            self._answer(to, asker, element, "unavailable")
        elif to.resource:
            # That it is here, and no more.
            here = stanza("presence", from_=to.full, to=asker.full)
            self._delivery.post(here)
        else:
            for one in shown:
                if one.presence is not None:
                    self._delivery.post(readdressed(one.presence, asker.full))

    def _knows(self, number: str, asker: Jid) -> bool:
        own = asker.bare == self._context.bareOf(number)
        return own or self._roster.sees(number, asker.bare)

    def _shown(self, to: Jid, asker: Jid) -> list[ClientSession]:
        """
        List the sessions that a probe asks for and that its sender may see: as a
        contact, or because they have sent it presence (section 4.6.6).
        """
        knows = self._knows(to.local, asker)
        return [
            one
            for one in self._context.sessions.of(to.local)
            if (one.visible and knows)
            or asker.full in one.directed
            or asker.bare in one.directed
            if to.resource in ("", one.resource)
        ]

    def _answer(self, to: Jid, asker: Jid, probe: Element, kind: str) -> None:
        answer = stanza("presence", type=kind, from_=to.bare, to=asker.full)
        if "id" in probe.attributes:
            answer.attributes["id"] = probe.attributes["id"]
        self._delivery.post(answer)
