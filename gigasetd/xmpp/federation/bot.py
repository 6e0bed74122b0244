# -*- test-case-name: tests.xmpp.federation.test_bot -*-
"""
The info bot: answers messages, presence, and the requests that clients send to
their contacts.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from twisted.words.xish.domish import Element

from gigasetd.xmpp.stanza.jid import Jid, parseJid
from gigasetd.xmpp.stanza.namespaces import (
    DISCO_INFO,
    DISCO_ITEMS,
    PING,
    make,
    payload,
    stanza,
    wrap,
)
from gigasetd.xmpp.stanza.stanza import CLIENT, XML, child, errorReply, iqResult, textOf

NAME = "gigasetd"
MINUTE = 60.0
TALKERS = 1000
"""Senders whose answers are counted at a time."""

Tell = Callable[[str, str, str, float], str]


class Bot:
    """
    Answers stanzas.

    @ivar counts: answers, and messages over the limit.
    """

    def __init__(self, served: str, tell: Tell, most: int) -> None:
        """
        @param served: the domain of our accounts.
        @param tell: number (C{""} for a sender in another domain), text, its
            language (C{""} where unknown) and time -> the answer.
        @param most: answers a minute for one sender.
        """
        self._served, self._tell, self._most = served, tell, most
        self._begun = 0.0
        self._talkers: dict[str, int] = {}
        self.counts = dict.fromkeys(("answered", "hushed"), 0)

    def answer(self, element: Element, now: float) -> list[Element]:
        """
        Answer a stanza.
        """
        sender = parseJid(element.attributes.get("from"))
        if sender is None or not sender.local:
            # Another server or component, which may be a bot like this one.
            return []
        if element.name == "message":
            return list(self._message(element, sender, now))
        if element.name == "presence":
            return list(self._presence(element, sender))
        return list(self._iq(element))

    def _message(self, element: Element, sender: Jid, now: float) -> Iterator[Element]:
        kind = element.attributes.get("type", "normal")
        text = textOf(child(element, CLIENT, "body"))
        if kind not in ("chat", "normal") or not text.strip():
            return
        if not self._mayAnswer(sender.bare, now):
            self.counts["hushed"] += 1
            return
        number = sender.local if sender.domain == self._served else ""
        language = element.attributes.get((XML, "lang"), "")
        answer = self._tell(number, text, language, now)
        if not answer:
            return
        self.counts["answered"] += 1
        body = make(CLIENT, "body", answer)
        thread = child(element, CLIENT, "thread")
        inner = [body] if thread is None else [body, thread]
        yield stanza("message", *inner, type=kind, **_back(element))

    def _mayAnswer(self, sender: str, now: float) -> bool:
        # Two programs must not answer each other without end.
        if now - self._begun >= MINUTE or len(self._talkers) >= TALKERS:
            self._begun = now
            self._talkers.clear()
        count = self._talkers.get(sender, 0)
        self._talkers[sender] = count + 1
        return count < self._most

    def _presence(self, element: Element, sender: Jid) -> Iterator[Element]:
        kind, back = element.attributes.get("type"), _back(element)
        if kind == "subscribe":
            back["to"] = sender.bare
            yield stanza("presence", type="subscribed", **back)
        elif kind in ("unsubscribe", "unsubscribed"):
            back["to"] = sender.bare
            yield stanza("presence", type="unavailable", **back)
        if kind in ("subscribe", "probe"):
            yield stanza("presence", **back)

    def _iq(self, iq: Element) -> Iterator[Element]:
        kind, request = iq.attributes.get("type"), payload(iq)
        if kind not in ("get", "set"):
            return
        if request is None:
            yield errorReply(iq, "bad-request")
        elif kind == "get" and (request.uri, request.name) in _ANSWERS:
            yield iqResult(iq, _ANSWERS[request.uri, request.name]())
        else:
            yield errorReply(iq, "service-unavailable")


def _back(element: Element) -> dict[str, str]:
    attributes = element.attributes
    return {"from_": attributes["to"], "to": attributes["from"]}


def _info() -> Element:
    identity = make(DISCO_INFO, "identity", category="client", type="bot")
    identity.attributes["name"] = NAME
    able = (make(DISCO_INFO, "feature", var=one) for one in (DISCO_INFO, PING))
    return wrap(DISCO_INFO, "query", identity, *able)


def _items() -> Element:
    return make(DISCO_ITEMS, "query")


def _pong() -> None:
    pass


_ANSWERS: dict[tuple[str, str], Callable[[], Element | None]] = {
    (DISCO_INFO, "query"): _info,
    (DISCO_ITEMS, "query"): _items,
    (PING, "ping"): _pong,
}
