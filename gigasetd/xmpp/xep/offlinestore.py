# -*- test-case-name: tests.xmpp.xep.test_offlinestore -*-
"""
Storage of offline messages (XEP-0160): which are stored, how many, and under which
id.

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.registry.model import HeldMessage
from gigasetd.registry.registry import Registry
from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.session import PendingMessage
from gigasetd.xmpp.stanza.namespaces import CHATSTATES, HINTS, elements
from gigasetd.xmpp.stanza.stanza import CLIENT, child, serialize

TRANSIENT = frozenset(("error", "groupchat", "headline"))
"""Types of messages that are not stored."""


def storable(message: Element) -> bool:
    """
    Whether a message may be stored: it has more than a chat state, and no hint
    against it (XEP-0160 section 3).
    """
    if message.attributes.get("type") in TRANSIENT:
        return False
    if child(message, HINTS, "no-store") is not None:
        return False
    return any(
        each.uri != CHATSTATES and (each.uri, each.name) != (CLIENT, "thread")
        for each in elements(message)
    )


def heldId(registry: Registry, number: str, now: float, token: str) -> str:
    """
    Make an id that sorts behind all waiting messages, even if the clock was set
    back.

    @param token: makes it unique.
    """
    last = max(map(_place, registry.held.get(number, ())), default=0)
    return f"{max(last + 1, int(now * 1e6)):016x}-{token[:16]}"


def _place(id: str) -> int:
    try:
        return int(id.partition("-")[0], 16)
    except ValueError:
        return 0


class OfflineStore:
    """
    Stores messages for accounts.
    """

    def __init__(self, context: MessagingContext) -> None:
        self._context = context

    def accept(self, pending: PendingMessage) -> bool:
        """
        Store a message that no session can get now.

        @return: L{False} where there is no room; a message that need not be
            stored needs none.
        """
        return self._store(pending, 0, 0)

    def save(self, pending: PendingMessage) -> bool:
        """
        Store a message that is on its way, so that it survives a restart.

        It was accepted already, so the limits are wider, by as much as one
        session may leave unconfirmed.

        @return: as L{accept}.
        """
        section = self._context.section
        return self._store(pending, section.max_unacked, section.max_held_bytes)

    def full(self, number: str) -> bool:
        """
        Whether an offline account may have no more messages.
        """
        return not self._fits(number, 0, 0)

    def _store(self, pending: PendingMessage, more: int, octets: int) -> bool:
        """
        @param more: messages beyond the limit that are allowed.
        @param octets: the same in bytes.
        """
        if pending.held or pending.taken:
            return True
        if not storable(pending.element):
            return True
        context, number = self._context, pending.number
        text = serialize(pending.element)
        if not self._fits(number, len(text.encode()) - octets, more):
            context.counts["over_quota"] += 1
            return False
        pending.held = heldId(context.registry, number, context.now, context.token())
        sender = pending.element.attributes.get("from", context.domain)
        context.put(HeldMessage(number, pending.held, sender, pending.arrived, text))
        context.counts["held"] += 1
        if pending.holders:
            context.sessions.pending[number, pending.held] = pending
        return True

    def _fits(self, number: str, size: int, more: int) -> bool:
        waiting = self._context.registry.held.get(number, {})
        if len(waiting) >= self._context.section.max_held + more:
            return False
        total = size + sum(len(row.stanza.encode()) for row in waiting.values())
        return total <= self._context.section.max_held_bytes
