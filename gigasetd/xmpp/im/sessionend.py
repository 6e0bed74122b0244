# -*- test-case-name: tests.xmpp.xep.test_streammanagement -*-
"""
The end of a session, at once or after a while in which it may be resumed
(XEP-0198 section 5); what it has not confirmed goes to whoever comes next.

Layer 2 (rules).
"""

from __future__ import annotations

from heapq import heappop, heappush

from twisted.words.xish.domish import Element

from gigasetd.xmpp.actions import Close
from gigasetd.xmpp.im.context import Realm
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.presence import Presence
from gigasetd.xmpp.im.session import Ledger, Session
from gigasetd.xmpp.xep.offline import Offline


class Leaving:
    """
    @ivar deadline: when the next sleeping session is over, L{None} for never.
    """

    def __init__(
        self, realm: Realm, delivery: Delivery, presence: Presence, offline: Offline
    ) -> None:
        self._realm, self._delivery = realm, delivery
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
        sessions = self._realm.sessions
        sessions.unbound.pop(stream, None)
        session = sessions.streams.get(stream)
        if session is None:
            return
        ledger = session.ledger
        if ledger is None or not ledger.id or clean:
            self.end(session)
        else:
            self._sleep(session)

    def _sleep(self, session: Session) -> None:
        """
        Keep a session for its client to come back; what it was sent is
        written down meanwhile.
        """
        ledger = session.ledger
        assert ledger is not None
        self._realm.counts["hibernated"] += 1
        self._realm.sessions.release(session)
        ledger.asked = False
        ledger.ends = self._realm.now + ledger.patience
        self._watch(ledger)
        letters = [letter for _, letter in ledger.queue if letter is not None]
        if not all(self._offline.keep(letter) for letter in letters):
            # What cannot be written down is better sent back than risked.
            self.end(session)

    def _watch(self, ledger: Ledger) -> None:
        """
        Have a look at a session when it is over, once however often it is
        resumed meanwhile.
        """
        if not ledger.watched:
            ledger.watched = True
            heappush(self._ends, (ledger.ends, ledger.id))

    def wake(self) -> None:
        """
        End the sleeping sessions whose time is over.
        """
        while self._ends and self._ends[0][0] <= self._realm.now:
            _, id = heappop(self._ends)
            session = self._realm.sessions.ids.get(id)
            if session is None or session.ledger is None:
                continue
            session.ledger.watched = False
            if session.stream:
                continue
            if session.ledger.ends > self._realm.now:
                self._watch(session.ledger)
            else:
                self._realm.counts["timed_out"] += 1
                self.end(session)

    def close(
        self,
        session: Session,
        condition: str,
        text: str = "",
        detail: Element | None = None,
    ) -> None:
        """
        End a session and its stream, where it has one.
        """
        if session.stream:
            end = Close(session.stream, condition, text, detail=detail)
            self._realm.out.append(end)
        self.end(session)

    def end(self, session: Session) -> None:
        """
        Forget a session; its messages go elsewhere, questions to it are
        answered.
        """
        self._realm.sessions.drop(session)
        self._presence.leave(session)
        for element, letter in session.unconfirmed():
            if letter is not None:
                self._offline.fallen(letter)
            elif element.name == "iq" and "from" in element.attributes:
                self._delivery.refuse(element, "service-unavailable")
