# -*- test-case-name: tests.xmpp.im.test_subscription -*-
"""
Presence subscriptions: requests, approvals and cancellations (RFC 6121 section
3).

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.registry.model import RosterItem
from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.presence import PresenceRules
from gigasetd.xmpp.im.roster import Roster
from gigasetd.xmpp.im.session import ClientSession
from gigasetd.xmpp.im.subscriptionstate import (
    APPROVED,
    INBOUND,
    OUTBOUND,
    empty,
    moved,
    stateOf,
)
from gigasetd.xmpp.stanza.error import StanzaRefused
from gigasetd.xmpp.stanza.jid import Jid, parseJid
from gigasetd.xmpp.stanza.namespaces import readdressed, stanza
from gigasetd.xmpp.stanza.stanza import serialize

SEEN = ("from", "both")
SEES = ("to", "both")


class PresenceSubscriptions:
    """
    Handles the four types of subscription stanzas.
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

    # outbound

    def sent(self, session: ClientSession, element: Element, to: Jid) -> None:
        """
        Handle a subscription stanza of a client.

        @raise StanzaRefused: the contact is the client itself, is blocked or
            cannot be reached, or the contact list is full.
        """
        number, kind = session.number, element.attributes["type"]
        if to.bare == session.bare or (
            not to.local and to.domain == self._context.domain
        ):
            raise StanzaRefused("not-allowed")
        if to.domain != self._context.domain and not self._context.reaches(to.domain):
            raise StanzaRefused("remote-server-not-found")
        if self._context.blocks(number, to):
            raise StanzaRefused("not-acceptable")
        if self._roster.shared.together(number, self._context.numberOf(to.bare)):
            if kind == "subscribe":
                self._answer(to.bare, session.bare, "subscribed")
            return
        self._outbound(number, to.bare, element)

    def _outbound(self, number: str, jid: str, element: Element) -> None:
        """
        Follow appendix A.2.

        @raise StanzaRefused: the contact list is full.
        """
        kind = element.attributes["type"]
        old = self._roster.stored(number, jid)
        item = old or empty(number, jid)
        state = stateOf(item)
        step = OUTBOUND[state, kind]
        new = moved(item, step.state, "")
        if kind == "subscribed" and state in APPROVED:
            new = new._replace(approved=1, listed=1)
        elif kind == "unsubscribed":
            new = new._replace(approved=0)
        if old is None and new != item and self._roster.full(number):
            raise StanzaRefused("resource-constraint", "the contact list is full")
        self._store(item, new)
        if kind == "unsubscribed" and item.subscription in SEEN:
            self._presence.hide(number, jid)
        if step.go:
            self._route(number, jid, element)
        if kind == "subscribed" and step.go:
            self._presence.show(number, jid)

    def _store(self, old: RosterItem, new: RosterItem) -> None:
        if new == old:
            return
        if new.listed or new.request or new.approved:
            self._context.put(new)
        else:
            self._context.drop(new)
        if new[2:8] != old[2:8] and (new.listed or old.listed):
            self._roster.push(new.number, new.jid)

    def _route(self, number: str, jid: str, element: Element) -> None:
        routed = readdressed(element, jid)
        routed.attributes["from"] = self._context.bareOf(number)
        to = parseJid(jid)
        if to is None:
            return
        if to.domain != self._context.domain:
            self._delivery.forward(to, routed)
        elif self._context.account(to.local) is not None:
            self.arrived(to.local, self._context.bareOf(number), routed)

    def _answer(self, sender: str, to: str, kind: str) -> None:
        answer = stanza("presence", type=kind, from_=sender, to=to)
        jid = parseJid(to)
        if jid is None:
            return
        if jid.domain != self._context.domain:
            self._delivery.forward(jid, answer)
        elif self._context.account(jid.local) is not None:
            self.arrived(jid.local, sender, answer)

    # inbound

    def arrived(self, number: str, sender: str, element: Element) -> None:
        """
        Handle a subscription stanza for an account: appendix A.3.

        @param sender: the contact's bare JID.
        """
        contact = parseJid(sender)
        if contact is None or self._context.blocks(number, contact):
            return
        kind = element.attributes["type"]
        old = self._roster.stored(number, sender)
        item = old or empty(number, sender)
        state = stateOf(item)
        if kind == "subscribe" and item.subscription in SEEN:
            self._answer(self._context.bareOf(number), sender, "subscribed")
            self._presence.show(number, sender)
            return
        step = INBOUND[state, kind]
        new = moved(item, step.state, self._serialized(element))
        fresh = old is None and new != item
        if fresh and (self._roster.full(number) or self._roster.crowded(number)):
            self._context.counts["refused"] += 1
            return
        self._store(item, new)
        if kind == "subscribe" and (item.approved or self._grants(number)):
            self._grant(number, sender)
        elif step.go:
            self._deliver(number, element)
        if kind == "unsubscribe" and item.subscription in SEEN:
            self._presence.hide(number, sender)

    def _serialized(self, element: Element) -> str:
        """
        Serialize a request: whole where it is not too long.
        """
        if element.attributes["type"] != "subscribe":
            return ""
        text = serialize(element)
        if len(text.encode()) <= self._context.section.max_request_text:
            return text
        sender, to = element.attributes["from"], element.attributes["to"]
        return serialize(stanza("presence", type="subscribe", from_=sender, to=to))

    def _deliver(self, number: str, element: Element) -> None:
        # A request comes to the other sessions when they become available.
        request = element.attributes["type"] == "subscribe"
        for session in self._context.sessions.of(number):
            if session.presence is not None or (session.interested and not request):
                self._delivery.offer(session, element)

    # approvals by the server

    def _grants(self, number: str) -> bool:
        policy = self._context.section.approval
        if policy != "phones":
            return policy == "all"
        return any(session.phone for session in self._context.sessions.of(number))

    def _grant(self, number: str, contact: str) -> None:
        yes = stanza("presence", type="subscribed")
        self._outbound(number, contact, yes)

    def grantPending(self, session: ClientSession) -> None:
        """
        Grant the waiting requests, where the server approves for a session.
        """
        if not self._grants(session.number):
            return
        number = session.number
        stored = self._context.registry.rosters.get(number, {})
        for item in [item for item in stored.values() if item.request]:
            jid = parseJid(item.jid)
            if jid is not None and not self._context.blocks(number, jid):
                self._grant(number, item.jid)

    def sever(self, item: RosterItem) -> None:
        """
        End all subscriptions with a removed contact (section 2.5).
        """
        number, jid = item.number, item.jid
        if item.subscription in SEES or item.ask:
            self._route(number, jid, stanza("presence", type="unsubscribe"))
        if item.subscription in SEEN:
            self._presence.hide(number, jid)
        if item.subscription in SEEN or item.request:
            self._route(number, jid, stanza("presence", type="unsubscribed"))

    def begin(self, item: RosterItem) -> None:
        """
        Send the request to a contact that was added on a page.
        """
        request = stanza("presence", type="subscribe", to=item.jid)
        if not self._roster.shared.together(
            item.number, self._context.numberOf(item.jid)
        ):
            self._route(item.number, item.jid, request)
