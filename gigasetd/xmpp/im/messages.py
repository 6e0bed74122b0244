# -*- test-case-name: tests.xmpp.im.test_messages -*-
"""
Routes messages: to one session, to all eligible ones, to the offline messages,
or back (RFC 6121 section 8).

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.session import ClientSession, PendingMessage
from gigasetd.xmpp.stanza.jid import Jid
from gigasetd.xmpp.xep.carbons import Carbons
from gigasetd.xmpp.xep.offline import OfflineMessages
from gigasetd.xmpp.xep.offlinestore import TRANSIENT, OfflineStore


class MessageRouting:
    """
    Decides where a message goes.
    """

    def __init__(
        self,
        context: MessagingContext,
        delivery: Delivery,
        offline: OfflineMessages,
        store: OfflineStore,
        carbons: Carbons,
    ) -> None:
        self._context, self._delivery = context, delivery
        self._offline, self._carbons = offline, carbons
        self._isFull = store.full

    def message(self, message: Element, sender: Jid, to: Jid) -> None:
        """
        Route a message.
        """
        if to.domain != self._context.domain:
            if not self._delivery.forward(to, message):
                self._delivery.refuse(message, "remote-server-not-found")
        elif not to.local:
            self._delivery.refuse(message, "service-unavailable")
        elif self._context.account(to.local) is None:
            known = to.local in self._context.registry.accounts
            self._delivery.refuse(message, "not-allowed" if known else "item-not-found")
        elif self._context.blocks(to.local, sender):
            self._delivery.refuse(message, "service-unavailable")
        else:
            self._local(message, to)

    def _local(self, message: Element, to: Jid) -> None:
        """
        Deliver a message to an account that may have it (sections 8.5.2 and 8.5.3).
        """
        kind = message.attributes.get("type", "normal")
        if to.resource:
            session = self._context.sessions.find(to.local, to.resource)
            if session is not None:
                self._send(message, to.local, [session], kind)
                return
        if kind == "groupchat":
            self._delivery.refuse(message, "service-unavailable")
        elif kind == "error" or (kind == "headline" and to.resource):
            self._context.counts["ignored"] += 1
        else:
            sessions = self._context.sessions.eligible(to.local)
            if sessions:
                self._send(message, to.local, sessions, kind)
            else:
                self._store(message, to.local, kind)

    def _send(
        self, message: Element, number: str, sessions: list[ClientSession], kind: str
    ) -> None:
        if kind in TRANSIENT:
            for session in sessions:
                self._delivery.offer(session, message)
            return
        asleep = not any(session.stream for session in sessions)
        if asleep and self._isFull(number):
            self._context.counts["over_quota"] += 1
            self._offline.bounce(message)
            return
        pending = PendingMessage(number, message, self._context.now)
        ready = [each for each in sessions if not self._delivery.lags(each)]
        if not ready:
            self._offline.accept(pending, sessions)
            return
        for session in ready:
            self._delivery.send(session, message, pending)
        self._carbons.received(message, pending, sessions)

    def _store(self, message: Element, number: str, kind: str) -> None:
        # No eligible session; carbon copies count as received all the same.
        if kind == "headline":
            self._context.counts["ignored"] += 1
            return
        pending = PendingMessage(number, message, self._context.now)
        self._carbons.received(message, pending, [])
        if not pending.holders and not pending.taken:
            self._offline.accept(pending)
