# -*- test-case-name: tests.xmpp.im.test_presence -*-
"""
Who is here, told to those who may know: broadcasts, probes, and presence sent
to somebody in particular (RFC 6121 section 4).

Layer 2 (rules).
"""

from __future__ import annotations

import re

from twisted.words.xish.domish import Element

from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.roster import Roster
from gigasetd.xmpp.im.session import ClientSession
from gigasetd.xmpp.stanza.error import StanzaRefused
from gigasetd.xmpp.stanza.jid import Jid, parseJid
from gigasetd.xmpp.stanza.namespaces import readdressed, stanza, withChildren
from gigasetd.xmpp.stanza.parser import StreamFault
from gigasetd.xmpp.stanza.stanza import CLIENT, child, parse, textOf
from gigasetd.xmpp.xep.offline import OfflineMessages

_PRIORITY = re.compile("[+-]?[0-9]{1,3}")


class PresenceRules:
    """
    What sessions say of themselves.
    """

    def __init__(
        self,
        context: MessagingContext,
        delivery: Delivery,
        roster: Roster,
        offline: OfflineMessages,
    ) -> None:
        self._context, self._delivery = context, delivery
        self._roster, self._offline = roster, offline

    # said by a client to all

    def said(self, session: ClientSession, element: Element) -> None:
        """
        Presence that names no receiver.

        @raise StanzaRefused: it is of no kind that there is.
        """
        kind = element.attributes.get("type")
        if kind is None:
            self._available(session, element, True)
        elif kind == "invisible":
            # COMPAT: the phones' "Invisible", as XEP-0018 had it.
            plain = withChildren(element, element.children)
            del plain.attributes["type"]
            self._available(session, plain, False)
        elif kind == "unavailable":
            self.leave(session, element)
        elif kind not in ("error", "probe"):
            raise StanzaRefused("bad-request")

    def _available(
        self, session: ClientSession, element: Element, visible: bool
    ) -> None:
        session.priority = priorityOf(element)
        first, session.presence = session.presence is None, element
        seen, session.visible = session.visible, visible
        if visible:
            self._broadcast(session, element)
        elif seen:
            self._broadcast(session, unavailable(session))
        if first:
            self._greet(session)
        fresh = session.priority >= 0 and not session.eligible
        session.eligible = session.priority >= 0
        if fresh:
            self._offline.deliver(session)

    def leave(self, session: ClientSession, element: Element | None = None) -> None:
        """
        A session is no longer here, though its stream may stay; whom it has
        shown itself to in particular must hear of that though nobody else
        ever saw it (section 4.6.3).

        @param element: what it says to that.
        """
        told = unavailable(session) if element is None else element
        if session.visible:
            self._broadcast(session, told)
        for other in session.directed:
            self.tell(other, told)
        session.directed.clear()
        session.presence, session.priority = None, 0
        session.visible = session.eligible = False

    def _broadcast(self, session: ClientSession, element: Element) -> None:
        # Section 4.2.2: contacts, the account's other sessions, and the session itself.
        # COMPAT: phones do not expect their own presence.
        for contact in self._roster.audience(session.number):
            self.tell(contact, element)
        for one in self._context.sessions.of(session.number):
            if one.presence is not None and not (one is session and one.phone):
                self._delivery.give(one, readdressed(element, one.full))

    def _greet(self, session: ClientSession) -> None:
        number, mine = session.number, session.full
        for contact in self._roster.watched(number):
            self.ask(session, contact)
        for one in self._context.sessions.of(number):
            if one is not session and one.presence is not None:
                self._delivery.give(session, readdressed(one.presence, mine))
        stored = self._context.registry.rosters.get(number, {})
        for item in [item for item in stored.values() if item.request]:
            jid = parseJid(item.jid)
            if jid is None or self._context.blocks(number, jid):
                continue
            try:
                self._delivery.give(session, parse(item.request))
            except StreamFault:
                self._context.counts["quarantined"] += 1
                self._context.put(item._replace(request=""))

    def ask(self, session: ClientSession, contact: str) -> None:
        """
        Probe one contact (section 4.3); those of this server at once.
        """
        jid = parseJid(contact)
        if jid is None or self._context.blocks(session.number, jid):
            return
        if jid.domain == self._context.domain:
            if self._roster.sees(jid.local, session.bare):
                self._reveal(jid.local, session)
        else:
            probe = stanza("presence", type="probe", from_=session.full, to=contact)
            self._delivery.abroad(jid, probe)

    # told to one

    def tell(self, contact: str, element: Element) -> None:
        """
        Let one contact know of a presence.

        @param contact: a JID; a bare one stands for all its sessions.
        """
        jid = parseJid(contact)
        if jid is None:
            return
        sender = parseJid(element.attributes["from"])
        if sender is None or self._hidden(sender, jid):
            return
        if jid.domain != self._context.domain:
            self._delivery.abroad(jid, readdressed(element, contact))
            return
        self.spread(jid, readdressed(element, contact))

    def _hidden(self, sender: Jid, receiver: Jid) -> bool:
        """
        Whether sender or receiver has blocked the other.
        """
        context = self._context
        if sender.domain == context.domain and context.blocks(sender.local, receiver):
            return True
        return receiver.domain == context.domain and context.blocks(
            receiver.local, sender
        )

    def spread(self, to: Jid, element: Element) -> None:
        """
        Give a presence to one session, or to all that are available.
        """
        if to.resource:
            session = self._context.sessions.find(to.local, to.resource)
            if session is not None:
                self._delivery.offer(session, element)
            return
        for session in self._context.sessions.of(to.local):
            if session.presence is not None:
                self._delivery.offer(session, element)

    def show(self, number: str, contact: str) -> None:
        """
        Let a contact know how an account's sessions are.
        """
        for session in self._context.sessions.of(number):
            if session.visible and session.presence is not None:
                self.tell(contact, session.presence)

    def _reveal(self, number: str, session: ClientSession) -> None:
        asker = parseJid(session.full)
        if asker is None or self._context.blocks(number, asker):
            return
        for one in self._context.sessions.of(number):
            if one.visible and one.presence is not None:
                self._delivery.give(session, readdressed(one.presence, session.full))

    def hide(self, number: str, contact: str) -> None:
        """
        Let a contact see an account's sessions go.
        """
        for session in self._context.sessions.of(number):
            if session.visible:
                self.tell(contact, unavailable(session))


def unavailable(session: ClientSession) -> Element:
    """
    What tells that a session has gone without a word.
    """
    return stanza("presence", type="unavailable", from_=session.full)


def priorityOf(element: Element) -> int:
    """
    What a presence says of its priority (section 4.7.2.3).

    @raise StanzaRefused: no whole number from -128 to 127.
    """
    text = textOf(child(element, CLIENT, "priority")).strip() or "0"
    if not (_PRIORITY.fullmatch(text) and -128 <= int(text) <= 127):
        raise StanzaRefused("bad-request", "a priority is -128 to 127")
    return int(text)
