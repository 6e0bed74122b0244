# -*- test-case-name: tests.xmpp.xep.test_carbons -*-
"""
Message carbons: copies of chats for an account's other clients (XEP-0280).

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
    Sends copies to the sessions that have enabled them.
    """

    def __init__(self, context: MessagingContext, delivery: Delivery) -> None:
        self._context, self._delivery = context, delivery

    def rules(self) -> dict[tuple[str, str, str], IqRule]:
        """
        List the requests to one's own account.
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
        Copy a message for an account; a session that has a copy has received
        the message.

        @param had: the sessions that the message itself was sent to.
        """
        self._copy(pending.number, message, "received", had, pending)

    def sent(self, session: ClientSession, message: Element) -> None:
        """
        Copy a message that a client has sent.
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
            session
            for session in mine.values()
            if session.carbons
            and session not in without
            and not self._delivery.lags(session)
        ]
        if not wanting or not copied(message):
            return
        kind = message.attributes.get("type", "normal")
        inner = wrap(CARBONS, name, wrap(FORWARD, "forwarded", message))
        for session in wanting:
            copy = stanza(
                "message", inner, from_=session.bare, to=session.full, type=kind
            )
            self._delivery.send(session, copy, pending)


def copied(message: Element) -> bool:
    """
    Whether a message belongs to a chat, and may be copied (section 6.1).
    """
    inside = {(each.uri, each.name) for each in elements(message)}
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
