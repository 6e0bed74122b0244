# -*- test-case-name: tests.xmpp.im.test_sessionend -*-
"""
Ends sessions, at once or after the time in which they may be resumed (XEP-0198
section 5).  Unconfirmed messages go to another session, or wait.

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
from gigasetd.xmpp.xep.offlinestore import OfflineStore


class SessionEnd:
    """
    Ends sessions when their stream or their time is over.
    """

    def __init__(
        self,
        context: MessagingContext,
        delivery: Delivery,
        presence: PresenceRules,
        offline: OfflineMessages,
        store: OfflineStore,
    ) -> None:
        self._context, self._delivery = context, delivery
        self._presence, self._offline = presence, offline
        self._save = store.save
        self._ends: list[tuple[float, str]] = []

    @property
    def deadline(self) -> float | None:
        """
        When the next session without a stream ends, L{None} for never.
        """
        return self._ends[0][0] if self._ends else None

    def lost(self, stream: int, clean: bool) -> None:
        """
        Handle the end of a stream.

        @param clean: whether the stream was closed in good order.
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
        # Messages are stored meanwhile, since the process may end too.
        acks = session.acks
        assert acks is not None
        self._context.counts["hibernated"] += 1
        self._context.sessions.release(session)
        acks.requested = False
        acks.ends = self._context.now + acks.patience
        self._watch(acks)
        messages = [pending for _, pending in acks.queue if pending is not None]
        if not all(map(self._save, messages)):
            # A message that cannot be stored is better bounced than risked.
            self.end(session)

    def _watch(self, acks: AckState) -> None:
        # Once, however often the session is resumed meanwhile.
        if not acks.watched:
            acks.watched = True
            heappush(self._ends, (acks.ends, acks.id))

    def wake(self) -> None:
        """
        End the sessions whose time for resumption is over.
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
        End a session and its stream, if it has one.
        """
        if session.stream:
            end = CloseStream(session.stream, condition, text, detail=detail)
            self._context.actions.append(end)
        self.end(session)

    def end(self, session: ClientSession) -> None:
        """
        End a session: its messages go elsewhere, pending requests fail.
        """
        self._context.sessions.drop(session)
        self._presence.leave(session)
        for element, pending in session.unconfirmed():
            if pending is not None:
                self._offline.undelivered(pending)
            elif element.name == "iq" and "from" in element.attributes:
                self._delivery.refuse(element, "service-unavailable")
