# -*- test-case-name: tests.xmpp.xep.test_streammanagement -*-
"""
Stream management: acknowledgements, and resumption of a lost stream (XEP-0198).

Layer 2 (rules).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.actions import CloseStream, Peer, SendStanza
from gigasetd.xmpp.im.context import MessagingContext
from gigasetd.xmpp.im.delivery import Delivery
from gigasetd.xmpp.im.session import MODULO, AckState, ClientSession
from gigasetd.xmpp.im.sessionend import SessionEnd
from gigasetd.xmpp.stanza.namespaces import SM, make, wrap
from gigasetd.xmpp.stanza.stanza import STANZAS
from gigasetd.xmpp.xep.offline import OfflineMessages

WRONG = "undefined-condition", "more stanzas were acknowledged than were sent"
TRUE = ("true", "1")


class StreamManagement:
    """
    Handles the elements of stream management.
    """

    def __init__(
        self,
        context: MessagingContext,
        delivery: Delivery,
        ending: SessionEnd,
        offline: OfflineMessages,
    ) -> None:
        self._context, self._delivery = context, delivery
        self._ending, self._offline = ending, offline

    def received(self, session: ClientSession, element: Element) -> None:
        """
        Handle an element from a session.
        """
        acks = session.acks
        if element.name == "enable" and acks is None:
            self._enable(session, element)
        elif element.name == "resume" or acks is None:
            self._fail(session.stream, "unexpected-request")
        elif element.name == "r":
            answer = make(SM, "a", h=str(acks.seen))
            self._delivery.nonza(session, answer, session.after)
        elif element.name == "a":
            self._acknowledged(session, acks, element)
        else:
            self._ending.close(
                session, "policy-violation", "stream management is enabled already"
            )

    def unbound(self, peer: Peer, element: Element) -> None:
        """
        Handle an element from a stream without a session.
        """
        if element.name == "resume":
            self._resume(peer, element)
        else:
            self._fail(peer.stream, "unexpected-request")

    def _fail(self, stream: int, condition: str, **seen: str) -> None:
        failed = wrap(SM, "failed", make(STANZAS, condition), **seen)
        self._context.actions.append(SendStanza(stream, failed))

    def _enable(self, session: ClientSession, element: Element) -> None:
        section = self._context.section
        resumable = element.attributes.get("resume") in TRUE and section.hibernation
        patience = min(_number(element, "max") or MODULO, section.hibernation)
        id = self._context.token() if resumable and patience else ""
        session.acks = AckState(id, section.max_unacked, float(patience))
        enabled = make(SM, "enabled")
        if id:
            enabled.attributes |= {"id": id, "resume": "true", "max": str(patience)}
            self._context.sessions.ids[id] = session
        self._delivery.nonza(session, enabled)

    def _acknowledged(
        self, session: ClientSession, acks: AckState, element: Element
    ) -> None:
        acks.requested = False
        if self._settled(acks, element):
            self._delivery.sendUnsent(session)
            self._offline.proceed(session)
        else:
            self._ending.close(session, *WRONG, _tooHigh(acks, element))

    def _settled(self, acks: AckState, element: Element) -> bool:
        """
        Drop what was confirmed from the queue.

        @return: whether that many stanzas were sent.
        """
        seen = _number(element, "h")
        count = -1 if seen is None else (seen - acks.acked) % MODULO
        if not 0 <= count <= len(acks.queue) - acks.unsent:
            return False
        for _ in range(count):
            _, pending = acks.queue.popleft()
            if pending is not None:
                pending.holders -= 1
                self._delivery.arrived(pending)
        acks.acked = (acks.acked + count) % MODULO
        return True

    def _resume(self, peer: Peer, element: Element) -> None:
        # The old stream may be broken without our knowing.
        context = self._context
        session = context.sessions.ids.get(element.attributes.get("previd", ""))
        if session is None or session.number != peer.number or not session.acks:
            self._fail(peer.stream, "item-not-found")
            return
        acks = session.acks
        if not self._settled(acks, element):
            del context.sessions.unbound[peer.stream]
            detail = _tooHigh(acks, element)
            context.actions.append(CloseStream(peer.stream, *WRONG, detail=detail))
            return
        if session.stream:
            context.actions.append(CloseStream(session.stream, "conflict"))
            context.sessions.release(session)
        del context.sessions.unbound[peer.stream]
        context.sessions.carry(session, peer)
        context.counts["resumed"] += 1
        self._replay(session, acks)

    def _replay(self, session: ClientSession, acks: AckState) -> None:
        resumed = make(SM, "resumed", previd=acks.id, h=str(acks.seen))
        self._delivery.nonza(session, resumed, session.after)
        acks.requested, acks.unsent = False, len(acks.queue)
        self._delivery.sendUnsent(session)


def _tooHigh(acks: AckState, element: Element) -> Element:
    sent = (acks.acked + len(acks.queue) - acks.unsent) % MODULO
    answer = make(SM, "handled-count-too-high", h=str(_number(element, "h") or 0))
    answer.attributes["send-count"] = str(sent)
    return answer


def _number(element: Element, name: str) -> int | None:
    text = element.attributes.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    return int(text) % MODULO
