# -*- test-case-name: tests.xmpp.im.test_delivery -*-
"""
Sends stanzas to sessions: queued until they are confirmed (XEP-0198), in pieces
for phones; messages are kept until one session has received them.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.words.xish.domish import Element

from gigasetd.xmpp.actions import ForwardStanza, SendStanza
from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.handset import fitted, stripped
from gigasetd.xmpp.im.session import ClientSession, PendingMessage
from gigasetd.xmpp.stanza.jid import Jid, parseJid
from gigasetd.xmpp.stanza.namespaces import SM, make, weight
from gigasetd.xmpp.stanza.stanza import answerable, errorReply

REQUEST = make(SM, "r")


class Delivery:
    """
    Sends stanzas to sessions and other domains.
    """

    def __init__(
        self, context: MessagingContext, save: Callable[[PendingMessage], bool]
    ) -> None:
        """
        @param save: stores a message whose recipient may not come back; returns
            whether there was room.
        """
        self._context = context
        self._save = save

    def send(
        self,
        session: ClientSession,
        stanza: Element,
        pending: PendingMessage | None = None,
        after: int = 0,
    ) -> None:
        """
        Send a stanza to a session.

        @param pending: the message to keep until this has arrived.
        @param after: the change that must be on disk before it is sent.
        """
        if session.phone and stanza.name != "iq":
            self._sendFitted(session, stanza, pending)
        else:
            self._put(session, stanza, pending, after)

    def _sendFitted(
        self, session: ClientSession, stanza: Element, pending: PendingMessage | None
    ) -> None:
        # A message has arrived with its last piece.  Without a piece, as for a
        # phone that cannot show it, it is not pending.
        if stanza.name == "presence":
            self._put(session, stripped(stanza), None)
            return
        pieces = fitted(stanza)
        if len(pieces) > 1:
            self._context.counts["split"] += 1
        for place, piece in enumerate(pieces, 1):
            self._put(session, piece, pending if place == len(pieces) else None)

    def _put(
        self,
        session: ClientSession,
        stanza: Element,
        pending: PendingMessage | None,
        after: int = 0,
    ) -> None:
        if pending is not None:
            pending.holders += 1
            self._context.counts["delivered"] += 1
        acks = session.acks
        if acks is None:
            if pending is not None:
                session.unflushed.append(pending)
            self._context.actions.append(SendStanza(session.stream, stanza, after))
            return
        acks.queue.append((stanza, pending))
        if session.stream and not acks.unsent:
            self._context.actions.append(SendStanza(session.stream, stanza, after))
            self.requestAck(session)
        else:
            acks.unsent += 1
            if pending and not session.stream and not self._save(pending):
                self._context.overrun.append(session)
        if len(acks.queue) > (2 if session.stream else 1) * acks.most:
            self._context.overrun.append(session)

    def lags(self, session: ClientSession) -> bool:
        """
        Whether a client is so far behind that it gets nothing from others for
        now; otherwise they could have it cut off by flooding it.
        """
        acks = session.acks
        if not session.stream:
            return False
        if acks is not None and len(acks.queue) >= acks.most:
            return True
        return self._context.crowded(session.stream)

    def offer(self, session: ClientSession, stanza: Element) -> bool:
        """
        Send another client's stanza to a session, unless it lags.

        @return: whether it was sent.
        """
        if self.lags(session):
            self._context.counts["crowded"] += 1
            return False
        self.send(session, stanza)
        return True

    @property
    def burst(self) -> int:
        """
        Characters of waiting stanzas that are sent at once: well below what a
        client may leave unread.
        """
        return self._context.section.max_unread // 8

    def sendUnsent(self, session: ClientSession) -> None:
        """
        Send as many unsent stanzas as may go at once, when all sent ones are
        confirmed; the rest follows when these are.
        """
        acks = session.acks
        if acks is None or not session.stream:
            return
        left = self.burst if acks.unsent == len(acks.queue) else 0
        for stanza, _ in acks.queue:
            if left <= 0:
                break
            left -= weight(stanza)
            acks.unsent -= 1
            self._context.actions.append(
                SendStanza(session.stream, stanza, session.after)
            )
        self.requestAck(session)

    def arrived(self, pending: PendingMessage) -> None:
        """
        Forget a message, since a client has received it.
        """
        pending.taken = True
        if pending.held:
            place = (pending.number, pending.held)
            self._context.sessions.pending.pop(place, None)
            row = self._context.registry.held.get(pending.number, {}).get(pending.held)
            pending.held = ""
            if row is not None:
                self._context.drop(row)

    def requestAck(self, session: ClientSession) -> None:
        """
        Request a confirmation, unless another request is outstanding.
        """
        acks = session.acks
        if acks is not None and acks.queue and not acks.requested:
            acks.requested = True
            self._context.actions.append(SendStanza(session.stream, REQUEST))

    def nonza(self, session: ClientSession, element: Element, after: int = 0) -> None:
        """
        Send an element that does not count as a stanza.
        """
        if session.stream:
            self._context.actions.append(SendStanza(session.stream, element, after))

    def refuse(self, stanza: Element, condition: str, text: str = "") -> None:
        """
        Answer a stanza by an error, where it may be answered.
        """
        if answerable(stanza):
            self._context.counts["refused"] += 1
            self.route(errorReply(stanza, condition, text))

    def route(self, stanza: Element) -> None:
        """
        Send a stanza to the full address in its C{to}, here or in another
        domain; drop it where that fails.
        """
        to = parseJid(stanza.attributes.get("to"))
        if to is None:
            return
        if to.domain != self._context.domain:
            self.forward(to, stanza)
            return
        session = self._context.sessions.find(to.local, to.resource)
        if session is not None:
            self.send(session, stanza)

    def forward(self, to: Jid, stanza: Element) -> bool:
        """
        Forward a stanza to another domain.

        @return: whether that domain can be reached.
        """
        if not self._context.reaches(to.domain):
            return False
        self._context.counts["forwarded"] += 1
        self._context.actions.append(ForwardStanza(to.domain, stanza))
        return True
