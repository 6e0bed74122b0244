# -*- test-case-name: tests.xmpp.xep.test_streammanagement -*-
"""
The end of a session, at once or after a while in which it may be resumed
(XEP-0198 section 5); what it has not confirmed goes to whoever comes next.

Layer 2 (rules).
"""

from __future__ import annotations

from heapq import heappop, heappush

from twisted.words.xish.domish import Element

from gigasetd.xmpp.actions import CloseStream
from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.presence import PresenceRules
from gigasetd.xmpp.im.session import AckState, ClientSession
from gigasetd.xmpp.xep.offline import OfflineMessages


class SessionEnd:
    """
    @ivar deadline: when the next sleeping session is over, L{None} for never.
    """

    def __init__(
        self,
        context: MessagingContext,
        delivery: Delivery,
        presence: PresenceRules,
        offline: OfflineMessages,
    ) -> None:
        self._context, self._delivery = context, delivery
        self._presence, self._offline = presence, offline
        self._ends: list[tuple[float, str]] = []

    @property
    def deadline(self) -> float | None:
        """
        As above.
        """
        return self._ends[0][0] if self._ends else None

    def lost(self, stream: int, clean: bool) -> None:
        """
        A stream is gone.

        @param clean: its client has said good-bye.
        """
        sessions = self._context.sessions
        sessions.unbound.pop(stream, None)
        session = sessions.streams.get(stream)
        if session is None:
            return
        acks = session.acks
        if acks is None or not acks.id or clean:
            self.end(session)
        else:
            self._sleep(session)

    def _sleep(self, session: ClientSession) -> None:
        # What was sent is written down meanwhile: the process may end too.
        acks = session.acks
        assert acks is not None
        self._context.counts["hibernated"] += 1
        self._context.sessions.release(session)
        acks.asked = False
        acks.ends = self._context.now + acks.patience
        self._watch(acks)
        unacked = [pending for _, pending in acks.queue if pending is not None]
        if not all(self._offline.keep(pending) for pending in unacked):
            # What cannot be written down is better sent back than risked.
            self.end(session)

    def _watch(self, acks: AckState) -> None:
        # Once, however often the session is resumed meanwhile.
        if not acks.watched:
            acks.watched = True
            heappush(self._ends, (acks.ends, acks.id))

    def wake(self) -> None:
        """
        End the sleeping sessions whose time is over.
        """
        while self._ends and self._ends[0][0] <= self._context.now:
            _, id = heappop(self._ends)
            session = self._context.sessions.ids.get(id)
            if session is None or session.acks is None:
                continue
            session.acks.watched = False
            if session.stream:
                continue
            if session.acks.ends > self._context.now:
                self._watch(session.acks)
            else:
                self._context.counts["timed_out"] += 1
                self.end(session)

    def close(
        self,
        session: ClientSession,
        condition: str,
        text: str = "",
        detail: Element | None = None,
    ) -> None:
        """
        End a session and its stream, where it has one.
        """
        if session.stream:
            end = CloseStream(session.stream, condition, text, detail=detail)
            self._context.out.append(end)
        self.end(session)

    def end(self, session: ClientSession) -> None:
        """
        Forget a session; its messages go elsewhere, questions to it are
        answered.
        """
        self._context.sessions.drop(session)
        self._presence.leave(session)
        for element, pending in session.unconfirmed():
            if pending is not None:
                self._offline.fallen(pending)
            elif element.name == "iq" and "from" in element.attributes:
                self._delivery.refuse(element, "service-unavailable")
