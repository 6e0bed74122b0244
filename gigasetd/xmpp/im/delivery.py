# -*- test-case-name: tests.xmpp.im.test_delivery -*-
"""
The last step to a client: counted where it acknowledges (XEP-0198), in pieces
where it is a phone, and kept until it has arrived.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.words.xish.domish import Element

from gigasetd.xmpp.actions import Forward, Send
from gigasetd.xmpp.im.context import Realm
from gigasetd.xmpp.im.handset import fitted, stripped
from gigasetd.xmpp.im.session import Letter, Session
from gigasetd.xmpp.stanza.jid import Jid, parseJid
from gigasetd.xmpp.stanza.namespaces import SM, made, weight
from gigasetd.xmpp.stanza.stanza import answerable, errorReply

ASK = made(SM, "r")


def _leave(letter: Letter) -> bool:
    """
    Before anybody says how letters are kept, they are not.
    """
    return False


class Delivery:
    """
    @ivar keep: stores a letter whose recipient may not come back; set by
        assembly.
    """

    def __init__(self, realm: Realm) -> None:
        self._realm = realm
        self.keep: Callable[[Letter], bool] = _leave

    def give(
        self,
        session: Session,
        stanza: Element,
        letter: Letter | None = None,
        after: int = 0,
    ) -> None:
        """
        Send a stanza to a session.

        @param letter: what is to be kept until it has arrived.
        @param after: the change that must be on disk before it leaves.
        """
        if session.phone and stanza.name != "iq":
            self._giveFitted(session, stanza, letter)
        else:
            self._put(session, stanza, letter, after)

    def _giveFitted(
        self, session: Session, stanza: Element, letter: Letter | None
    ) -> None:
        """
        Send what a phone can use; the letter has arrived with its last piece,
        and is not on its way to a phone that cannot show it.
        """
        if stanza.name == "presence":
            self._put(session, stripped(stanza), None)
            return
        pieces = fitted(stanza)
        if len(pieces) > 1:
            self._realm.counts["split"] += 1
        for place, piece in enumerate(pieces, 1):
            self._put(session, piece, letter if place == len(pieces) else None)

    def _put(
        self,
        session: Session,
        stanza: Element,
        letter: Letter | None,
        after: int = 0,
    ) -> None:
        """
        Send one stanza as it is.
        """
        if letter is not None:
            letter.holders += 1
            self._realm.counts["delivered"] += 1
        ledger = session.ledger
        if ledger is None:
            if letter is not None:
                session.unflushed.append(letter)
            self._realm.out.append(Send(session.stream, stanza, after))
            return
        ledger.queue.append((stanza, letter))
        if session.stream and not ledger.unsent:
            self._realm.out.append(Send(session.stream, stanza, after))
            self.ask(session)
        else:
            ledger.unsent += 1
            if letter and not session.stream and not self.keep(letter):
                self._realm.doomed.append(session)
        if len(ledger.queue) > (2 if session.stream else 1) * ledger.most:
            self._realm.doomed.append(session)

    def lags(self, session: Session) -> bool:
        """
        Whether a client is so far behind that nothing of others is sent to it
        for now: nobody can have it cut off by writing more than it reads.
        """
        ledger = session.ledger
        if not session.stream:
            return False
        if ledger is not None and len(ledger.queue) >= ledger.most:
            return True
        return self._realm.crowded(session.stream)

    def offer(self, session: Session, stanza: Element) -> bool:
        """
        Send somebody else's stanza to a session, unless it lags behind.

        @return: whether it was sent.
        """
        if self.lags(session):
            self._realm.counts["crowded"] += 1
            return False
        self.give(session, stanza)
        return True

    @property
    def burst(self) -> int:
        """
        Characters that are sent to a client in one go, whatever waits for it:
        well below what it may leave unread.
        """
        return self._realm.section.max_unread // 8

    def more(self, session: Session) -> None:
        """
        Send of what was not sent as much as goes at once, when all before it
        was confirmed; the rest follows when that is.
        """
        ledger = session.ledger
        if ledger is None or not session.stream:
            return
        left = self.burst if ledger.unsent == len(ledger.queue) else 0
        for stanza, _ in ledger.queue:
            if left <= 0:
                break
            left -= weight(stanza)
            ledger.unsent -= 1
            self._realm.out.append(Send(session.stream, stanza, session.after))
        self.ask(session)

    def took(self, letter: Letter) -> None:
        """
        Somebody has it: it need not be kept any longer.
        """
        letter.taken = True
        if letter.held:
            place = (letter.number, letter.held)
            self._realm.sessions.letters.pop(place, None)
            row = self._realm.registry.held.get(letter.number, {}).get(letter.held)
            letter.held = ""
            if row is not None:
                self._realm.drop(row)

    def ask(self, session: Session) -> None:
        """
        Have a client confirm what it was sent, one question at a time.
        """
        ledger = session.ledger
        if ledger is not None and ledger.queue and not ledger.asked:
            ledger.asked = True
            self._realm.out.append(Send(session.stream, ASK))

    def nonza(self, session: Session, element: Element, after: int = 0) -> None:
        """
        Send what does not count as a stanza.
        """
        if session.stream:
            self._realm.out.append(Send(session.stream, element, after))

    def refuse(self, stanza: Element, condition: str, text: str = "") -> None:
        """
        Tell the sender of a stanza that it cannot be served, where that may
        be said.
        """
        if answerable(stanza):
            self._realm.counts["refused"] += 1
            self.post(errorReply(stanza, condition, text))

    def post(self, stanza: Element) -> None:
        """
        Send a stanza of the server's, or an answer, to whom it names: to one
        stream of ours or to another domain; nobody is told where that fails.
        """
        to = parseJid(stanza.attributes.get("to"))
        if to is None:
            return
        if to.domain != self._realm.domain:
            self.abroad(to, stanza)
            return
        session = self._realm.sessions.find(to.local, to.resource)
        if session is not None:
            self.give(session, stanza)

    def abroad(self, to: Jid, stanza: Element) -> bool:
        """
        Hand a stanza to another domain.

        @return: whether that domain can be reached.
        """
        if not self._realm.reaches(to.domain):
            return False
        self._realm.counts["forwarded"] += 1
        self._realm.out.append(Forward(to.domain, stanza))
        return True
