# -*- test-case-name: tests.xmpp.im.test_presence -*-
"""
Presence: broadcasts to contacts, and what a new session learns of others (RFC
6121 section 4).

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
    Broadcasts presence, and probes contacts.
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

    # broadcast

    def received(self, session: ClientSession, element: Element) -> None:
        """
        Handle presence without C{to} from a client.

        @raise StanzaRefused: its type is unknown.
        """
        kind = element.attributes.get("type")
        if kind is None:
            self._available(session, element, True)
        elif kind == "invisible":
            # COMPAT: the "Invisible" of phones, as in XEP-0018.
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
        Make a session unavailable, though its stream may stay.

        Receivers of its directed presence are notified too, even where it was
        invisible to all others (section 4.6.3).

        @param element: the client's presence, L{None} for a lost stream.
        """
        gone = unavailable(session) if element is None else element
        if session.visible:
            self._broadcast(session, gone)
        for other in session.directed:
            self.notify(other, gone)
        session.directed.clear()
        session.presence, session.priority = None, 0
        session.visible = session.eligible = False

    def _broadcast(self, session: ClientSession, element: Element) -> None:
        # Section 4.2.2: contacts, the account's other sessions, and the session itself.
        # COMPAT: phones do not expect their own presence.
        for contact in self._roster.audience(session.number):
            self.notify(contact, element)
        for other in self._context.sessions.of(session.number):
            if other.presence is not None and not (other is session and other.phone):
                self._delivery.send(other, readdressed(element, other.full))

    def _greet(self, session: ClientSession) -> None:
        number, mine = session.number, session.full
        for contact in self._roster.watched(number):
            self.probe(session, contact)
        for other in self._context.sessions.of(number):
            if other is not session and other.presence is not None:
                self._delivery.send(session, readdressed(other.presence, mine))
        stored = self._context.registry.rosters.get(number, {})
        for item in [item for item in stored.values() if item.request]:
            jid = parseJid(item.jid)
            if jid is None or self._context.blocks(number, jid):
                continue
            try:
                self._delivery.send(session, parse(item.request))
            except StreamFault:
                self._context.counts["quarantined"] += 1
                self._context.put(item._replace(request=""))

    def probe(self, session: ClientSession, contact: str) -> None:
        """
        Probe a contact (section 4.3); one of this server is answered at once.
        """
        jid = parseJid(contact)
        if jid is None or self._context.blocks(session.number, jid):
            return
        if jid.domain == self._context.domain:
            if self._roster.sees(jid.local, session.bare):
                self._reveal(jid.local, session)
        else:
            probe = stanza("presence", type="probe", from_=session.full, to=contact)
            self._delivery.forward(jid, probe)

    # to one contact

    def notify(self, contact: str, element: Element) -> None:
        """
        Send a presence to a contact, unless blocked.

        @param contact: a JID; a bare one stands for all its sessions.
        """
        jid = parseJid(contact)
        if jid is None:
            return
        sender = parseJid(element.attributes["from"])
        if sender is None or self._hidden(sender, jid):
            return
        if jid.domain != self._context.domain:
            self._delivery.forward(jid, readdressed(element, contact))
            return
        self.deliver(jid, readdressed(element, contact))

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

    def deliver(self, to: Jid, element: Element) -> None:
        """
        Deliver a presence to one session, or to all that are available.
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
        Send a contact the presence of an account's sessions.
        """
        for session in self._context.sessions.of(number):
            if session.visible and session.presence is not None:
                self.notify(contact, session.presence)

    def _reveal(self, number: str, session: ClientSession) -> None:
        asker = parseJid(session.full)
        if asker is None or self._context.blocks(number, asker):
            return
        for other in self._context.sessions.of(number):
            if other.visible and other.presence is not None:
                self._delivery.send(session, readdressed(other.presence, session.full))

    def hide(self, number: str, contact: str) -> None:
        """
        Make an account's sessions unavailable to a contact.
        """
        for session in self._context.sessions.of(number):
            if session.visible:
                self.notify(contact, unavailable(session))


def unavailable(session: ClientSession) -> Element:
    """
    Make the presence of a session that is gone.
    """
    return stanza("presence", type="unavailable", from_=session.full)


def priorityOf(element: Element) -> int:
    """
    Read the priority of a presence (section 4.7.2.3).

    @raise StanzaRefused: it is not an integer from -128 to 127.
    """
    text = textOf(child(element, CLIENT, "priority")).strip() or "0"
    if not (_PRIORITY.fullmatch(text) and -128 <= int(text) <= 127):
        raise StanzaRefused("bad-request", "the priority must be -128 to 127")
    return int(text)
