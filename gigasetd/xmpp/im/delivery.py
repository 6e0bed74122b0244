# -*- test-case-name: tests.xmpp.im.test_delivery -*-
"""
The last step to a client: counted where it acknowledges (XEP-0198), in pieces
where it is a phone, and kept until it has arrived.

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

ASK = make(SM, "r")


def _leave(pending: PendingMessage) -> bool:
    # What stands for keep until assembly has set it.
    return False


class Delivery:
    """
    @ivar keep: stores a letter whose recipient may not come back; set by
        assembly.
    """

    def __init__(self, context: MessagingContext) -> None:
        self._context = context
        self.keep: Callable[[PendingMessage], bool] = _leave

    def give(
        self,
        session: ClientSession,
        stanza: Element,
        pending: PendingMessage | None = None,
        after: int = 0,
    ) -> None:
        """
        Send a stanza to a session.

        @param pending: what is to be kept until it has arrived.
        @param after: the change that must be on disk before it leaves.
        """
        if session.phone and stanza.name != "iq":
            self._giveFitted(session, stanza, pending)
        else:
            self._put(session, stanza, pending, after)

    def _giveFitted(
        self, session: ClientSession, stanza: Element, pending: PendingMessage | None
    ) -> None:
        # A message has arrived with its last piece.  It is never pending at a phone
        # that cannot show it.
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
            self._context.out.append(SendStanza(session.stream, stanza, after))
            return
        acks.queue.append((stanza, pending))
        if session.stream and not acks.unsent:
            self._context.out.append(SendStanza(session.stream, stanza, after))
            self.ask(session)
        else:
            acks.unsent += 1
            if pending and not session.stream and not self.keep(pending):
                self._context.doomed.append(session)
        if len(acks.queue) > (2 if session.stream else 1) * acks.most:
            self._context.doomed.append(session)

    def lags(self, session: ClientSession) -> bool:
        """
        Whether a client is so far behind that nothing of others is sent to it
        for now: nobody can have it cut off by writing more than it reads.
        """
        acks = session.acks
        if not session.stream:
            return False
        if acks is not None and len(acks.queue) >= acks.most:
            return True
        return self._context.crowded(session.stream)

    def offer(self, session: ClientSession, stanza: Element) -> bool:
        """
        Send somebody else's stanza to a session, unless it lags behind.

        @return: whether it was sent.
        """
        if self.lags(session):
            self._context.counts["crowded"] += 1
            return False
        self.give(session, stanza)
        return True

    @property
    def burst(self) -> int:
        """
        Characters that are sent to a client in one go, whatever waits for it:
        well below what it may leave unread.
        """
        return self._context.section.max_unread // 8

    def more(self, session: ClientSession) -> None:
        """
        Send of what was not sent as much as goes at once, when all before it
        was confirmed; the rest follows when that is.
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
            self._context.out.append(SendStanza(session.stream, stanza, session.after))
        self.ask(session)

    def took(self, pending: PendingMessage) -> None:
        """
        Somebody has it: it need not be kept any longer.
        """
        pending.taken = True
        if pending.held:
            place = (pending.number, pending.held)
            self._context.sessions.pending.pop(place, None)
            row = self._context.registry.held.get(pending.number, {}).get(pending.held)
            pending.held = ""
            if row is not None:
                self._context.drop(row)

    def ask(self, session: ClientSession) -> None:
        """
        Have a client confirm what it was sent, one question at a time.
        """
        acks = session.acks
        if acks is not None and acks.queue and not acks.asked:
            acks.asked = True
            self._context.out.append(SendStanza(session.stream, ASK))

    def nonza(self, session: ClientSession, element: Element, after: int = 0) -> None:
        """
        Send what does not count as a stanza.
        """
        if session.stream:
            self._context.out.append(SendStanza(session.stream, element, after))

    def refuse(self, stanza: Element, condition: str, text: str = "") -> None:
        """
        Tell the sender of a stanza that it cannot be served, where that may
        be said.
        """
        if answerable(stanza):
            self._context.counts["refused"] += 1
            self.post(errorReply(stanza, condition, text))

    def post(self, stanza: Element) -> None:
        """
        Send a stanza of the server's, or an answer, to whom it names: to one
        stream of ours or to another domain; nobody is told where that fails.
        """
        to = parseJid(stanza.attributes.get("to"))
        if to is None:
            return
        if to.domain != self._context.domain:
            self.abroad(to, stanza)
            return
        session = self._context.sessions.find(to.local, to.resource)
        if session is not None:
            self.give(session, stanza)

    def abroad(self, to: Jid, stanza: Element) -> bool:
        """
        Hand a stanza to another domain.

        @return: whether that domain can be reached.
        """
        if not self._context.reaches(to.domain):
            return False
        self._context.counts["forwarded"] += 1
        self._context.out.append(ForwardStanza(to.domain, stanza))
        return True
