# -*- test-case-name: tests.xmpp.xep.test_streammanagement -*-
"""
Stream management: each side counts what it has dealt with, and a broken stream
goes on over a new one (XEP-0198).

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.actions import Close, Peer, Send
from gigasetd.xmpp.im.context import Realm
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.session import MODULO, Ledger, Session
from gigasetd.xmpp.im.sessionend import Leaving
from gigasetd.xmpp.stanza.namespaces import SM, made, within
from gigasetd.xmpp.stanza.stanza import STANZAS
from gigasetd.xmpp.xep.offline import Offline

WRONG = "undefined-condition", "what was never sent cannot be confirmed"
TRUE = ("true", "1")


class Management:
    """
    What is said about stanzas.
    """

    def __init__(
        self, realm: Realm, delivery: Delivery, leaving: Leaving, offline: Offline
    ) -> None:
        self._realm, self._delivery = realm, delivery
        self._leaving, self._offline = leaving, offline

    def said(self, session: Session, element: Element) -> None:
        """
        One of the protocol's elements on a stream with a session.
        """
        ledger = session.ledger
        if element.name == "enable" and ledger is None:
            self._enable(session, element)
        elif element.name == "resume" or ledger is None:
            self._fail(session.stream, "unexpected-request")
        elif element.name == "r":
            told = made(SM, "a", h=str(ledger.seen))
            self._delivery.nonza(session, told, session.after)
        elif element.name == "a":
            self._acknowledged(session, ledger, element)
        else:
            self._leaving.close(session, "policy-violation", "enabled twice")

    def unbound(self, peer: Peer, element: Element) -> None:
        """
        The same on a stream without one.
        """
        if element.name == "resume":
            self._resume(peer, element)
        else:
            self._fail(peer.stream, "unexpected-request")

    def _fail(self, stream: int, condition: str, **seen: str) -> None:
        """
        Say no; the stream goes on without.
        """
        failed = within(SM, "failed", made(STANZAS, condition), **seen)
        self._realm.out.append(Send(stream, failed))

    def _enable(self, session: Session, element: Element) -> None:
        """
        Count from now on.
        """
        section = self._realm.section
        resumable = element.attributes.get("resume") in TRUE and section.hibernation
        patience = min(_number(element, "max") or MODULO, section.hibernation)
        id = self._realm.token() if resumable and patience else ""
        session.ledger = Ledger(id, section.max_unacked, float(patience))
        enabled = made(SM, "enabled")
        if id:
            enabled.attributes |= {"id": id, "resume": "true", "max": str(patience)}
            self._realm.sessions.ids[id] = session
        self._delivery.nonza(session, enabled)

    def _acknowledged(self, session: Session, ledger: Ledger, element: Element) -> None:
        """
        A client has this many.
        """
        ledger.asked = False
        if self._settled(ledger, element):
            self._delivery.more(session)
            self._offline.proceed(session)
        else:
            self._leaving.close(session, *WRONG, _tooHigh(ledger, element))

    def _settled(self, ledger: Ledger, element: Element) -> bool:
        """
        Strike out what was confirmed.

        @return: whether that many were sent.
        """
        seen = _number(element, "h")
        count = -1 if seen is None else (seen - ledger.acked) % MODULO
        if not 0 <= count <= len(ledger.queue) - ledger.unsent:
            return False
        for _ in range(count):
            _, letter = ledger.queue.popleft()
            if letter is not None:
                letter.holders -= 1
                self._delivery.took(letter)
        ledger.acked = (ledger.acked + count) % MODULO
        return True

    def _resume(self, peer: Peer, element: Element) -> None:
        """
        Go on where a stream broke off, though we may not have noticed yet.
        """
        realm = self._realm
        session = realm.sessions.ids.get(element.attributes.get("previd", ""))
        if session is None or session.number != peer.number or not session.ledger:
            self._fail(peer.stream, "item-not-found")
            return
        ledger = session.ledger
        if not self._settled(ledger, element):
            del realm.sessions.unbound[peer.stream]
            detail = _tooHigh(ledger, element)
            realm.out.append(Close(peer.stream, *WRONG, detail=detail))
            return
        if session.stream:
            realm.out.append(Close(session.stream, "conflict"))
            realm.sessions.release(session)
        del realm.sessions.unbound[peer.stream]
        realm.sessions.carry(session, peer)
        realm.counts["resumed"] += 1
        self._replay(session, ledger)

    def _replay(self, session: Session, ledger: Ledger) -> None:
        """
        Send exactly what the old stream did not bring.
        """
        resumed = made(SM, "resumed", previd=ledger.id, h=str(ledger.seen))
        self._delivery.nonza(session, resumed, session.after)
        ledger.asked, ledger.unsent = False, len(ledger.queue)
        self._delivery.more(session)


def _tooHigh(ledger: Ledger, element: Element) -> Element:
    """
    What was confirmed, and what was sent (XEP-0198 section 4).
    """
    sent = (ledger.acked + len(ledger.queue) - ledger.unsent) % MODULO
    told = made(SM, "handled-count-too-high", h=str(_number(element, "h") or 0))
    told.attributes["send-count"] = str(sent)
    return told


def _number(element: Element, name: str) -> int | None:
    """
    A counter or a time, L{None} where there is none.
    """
    text = element.attributes.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    return int(text) % MODULO
