# -*- test-case-name: tests.xmpp.xep.test_carbons -*-
"""
Copies of chats for an account's other clients (XEP-0280).

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.iq import IqRequest, IqRule
from gigasetd.xmpp.im.session import ClientSession, PendingMessage
from gigasetd.xmpp.stanza.namespaces import (
    CARBONS,
    CHATSTATES,
    FORWARD,
    HINTS,
    MARKERS,
    MUC_USER,
    RECEIPTS,
    elements,
    stanza,
    wrap,
)
from gigasetd.xmpp.stanza.stanza import CLIENT, child

CHATTING = frozenset((CHATSTATES, RECEIPTS, MARKERS))
"""Payloads of messages that belong to a chat (section 6.1)."""


class Carbons:
    """
    Who wants copies, and of what.
    """

    def __init__(self, context: MessagingContext, delivery: Delivery) -> None:
        self._context, self._delivery = context, delivery

    def rules(self) -> dict[tuple[str, str, str], IqRule]:
        """
        What clients ask of their own account.
        """
        return {
            ("set", CARBONS, "enable"): self._enable,
            ("set", CARBONS, "disable"): self._disable,
        }

    def _enable(self, query: IqRequest) -> None:
        query.own.carbons = True

    def _disable(self, query: IqRequest) -> None:
        query.own.carbons = False

    def received(
        self, message: Element, pending: PendingMessage, had: list[ClientSession]
    ) -> None:
        """
        Copies of what came for an account; whoever has one has the message.

        @param had: the sessions that got the message itself.
        """
        self._copy(pending.number, message, "received", had, pending)

    def sent(self, session: ClientSession, message: Element) -> None:
        """
        Copies of what one of an account's clients has sent.
        """
        mine = self._context.sessions.numbers.get(session.number, {})
        to = message.attributes.get("to", "")
        if len(mine) > 1 and self._context.numberOf(to) != session.number:
            self._copy(session.number, message, "sent", [session], None)

    def _copy(
        self,
        number: str,
        message: Element,
        name: str,
        without: list[ClientSession],
        pending: PendingMessage | None,
    ) -> None:
        mine = self._context.sessions.numbers.get(number, {})
        if len(mine) <= len(without):
            return
        wanting = [
            one
            for one in mine.values()
            if one.carbons and one not in without and not self._delivery.lags(one)
        ]
        if not wanting or not copied(message):
            return
        kind = message.attributes.get("type", "normal")
        inner = wrap(CARBONS, name, wrap(FORWARD, "forwarded", message))
        for one in wanting:
            copy = stanza("message", inner, from_=one.bare, to=one.full, type=kind)
            self._delivery.give(one, copy, pending)


def copied(message: Element) -> bool:
    """
    Whether a message belongs to a chat, and may be copied (section 6.1).
    """
    inside = {(one.uri, one.name) for one in elements(message)}
    if (CARBONS, "private") in inside or (HINTS, "no-copy") in inside:
        return False
    kind = message.attributes.get("type", "normal")
    invited = child(message, MUC_USER, "x")
    if invited is not None and child(invited, MUC_USER, "invite") is None:
        return False
    if kind in ("groupchat", "headline", "error"):
        return False
    return (
        kind == "chat"
        or (CLIENT, "body") in inside
        or invited is not None
        or any(uri in CHATTING for uri, _ in inside)
    )
