# -*- test-case-name: tests.xmpp.xep.test_offline -*-
"""
Delivery of offline messages (XEP-0160): in the order of arrival, to the first
session that may have them; they are dropped when it has received them.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterable

from twisted.words.xish.domish import Element

from gigasetd.registry.model import HeldMessage
from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.handset import fitted
from gigasetd.xmpp.im.session import ClientSession, PendingMessage
from gigasetd.xmpp.stanza.jid import parseJid
from gigasetd.xmpp.stanza.namespaces import (
    DELAY,
    OLD_DELAY,
    SID,
    elements,
    make,
    oldStamp,
    stamp,
    withChildren,
)
from gigasetd.xmpp.stanza.parser import StreamFault, XmlLimits
from gigasetd.xmpp.stanza.stanza import errorReply, parse
from gigasetd.xmpp.xep.offlinestore import OfflineStore, storable

WIDE = XmlLimits(1 << 22, 1024, 1 << 20, 4096, 1 << 16, 1 << 20)
"""Stored messages were measured on arrival; escaped they may be longer."""


def delayed(message: Element, when: float, by: PendingMessage, bare: str) -> Element:
    """
    Add the time of arrival (XEP-0203) and the id in the store (XEP-0359).

    @param when: epoch seconds.
    @param bare: the recipient's bare address.
    """
    domain = bare.partition("@")[2]
    ours = (domain, bare)
    # Forged ones, in our name, are removed.
    children: list[Element | str] = [
        each
        for each in elements(message)
        if not (
            (each.uri == DELAY and each.attributes.get("from") in ours)
            or (each.uri == SID and each.attributes.get("by") in ours)
        )
    ]
    children.append(make(DELAY, "delay", from_=domain, stamp=stamp(when)))
    if by.held:
        children.append(make(SID, "stanza-id", id=by.held, by=bare))
    return withChildren(message, children)


def shows(session: ClientSession, message: Element) -> bool:
    """
    Whether a client can show a message.  A message that a phone cannot show
    waits for another client.
    """
    return not session.phone or bool(fitted(message))


class OfflineMessages:
    """
    Sends stored messages to sessions.
    """

    def __init__(
        self, context: MessagingContext, delivery: Delivery, store: OfflineStore
    ) -> None:
        self._context, self._delivery = context, delivery
        self._store = store

    def accept(
        self, pending: PendingMessage, lagging: Iterable[ClientSession] = ()
    ) -> None:
        """
        Store a message that no session can get now, or bounce it.

        @param lagging: sessions that get it as soon as they have caught up.
        """
        if not self._store.accept(pending):
            self.bounce(pending.element)
        for session in lagging:
            session.spooling = True

    def bounce(self, message: Element) -> None:
        """
        Tell the sender that a message was not delivered.
        """
        if storable(message):
            self._delivery.route(errorReply(message, "service-unavailable"))

    def deliver(self, session: ClientSession) -> None:
        """
        Send a session all stored messages that are not on their way to another.
        """
        waiting = self._context.registry.held.get(session.number, {})
        left, session.spooling = self._delivery.burst, False
        for row in [waiting[id] for id in sorted(waiting)]:
            if (row.number, row.id) in self._context.sessions.pending:
                continue
            if left <= 0 or self._delivery.lags(session):
                session.spooling = True
                return
            if self._release(session, row):
                left -= len(row.stanza)

    def proceed(self, session: ClientSession) -> None:
        """
        Send a session that has caught up the messages that still wait.
        """
        if session.spooling and session.eligible:
            self.deliver(session)

    def _release(self, session: ClientSession, row: HeldMessage) -> bool:
        """
        Send one stored message.

        A message that cannot be parsed any more is dropped: it would break every
        log-in.  What a blocked address has sent stays.

        @return: whether it was sent.
        """
        sender = parseJid(row.sender)
        if sender is not None and self._context.blocks(row.number, sender):
            return False
        try:
            message = parse(row.stanza, limits=WIDE)
        except StreamFault:
            self._context.counts["quarantined"] += 1
            self._context.drop(row)
            return False
        if not shows(session, message):
            return False
        pending = PendingMessage(row.number, message, row.arrived, row.id)
        self._context.sessions.pending[row.number, row.id] = pending
        self._context.counts["redelivered"] += 1
        self._send(session, pending)
        return True

    def _send(self, session: ClientSession, pending: PendingMessage) -> None:
        message = delayed(pending.element, pending.arrived, pending, session.bare)
        if session.phone:
            domain, when = self._context.domain, oldStamp(pending.arrived)
            message.children.append(make(OLD_DELAY, "x", from_=domain, stamp=when))
        self._delivery.send(session, message, pending)

    def undelivered(self, pending: PendingMessage) -> None:
        """
        Handle that a stream has ended without confirming a message.
        """
        pending.holders -= 1
        if pending.taken or pending.holders > 0:
            return
        self._context.sessions.pending.pop((pending.number, pending.held), None)
        if self._context.account(pending.number) is None:
            return
        eligible = self._context.sessions.eligible(pending.number)
        able = [each for each in eligible if shows(each, pending.element)]
        others = [each for each in able if not self._delivery.lags(each)]
        if pending.held and others:
            self._context.sessions.pending[pending.number, pending.held] = pending
        for session in others:
            self._context.counts["redelivered"] += 1
            self._send(session, pending)
        if others:
            return
        if not self._store.save(pending):
            self.bounce(pending.element)
        for session in able:
            session.spooling = True
