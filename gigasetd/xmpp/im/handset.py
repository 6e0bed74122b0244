# -*- test-case-name: tests.xmpp.im.test_handset -*-
"""
What a handset's messenger can use of a stanza, in pieces that it can show.

COMPAT: C470IP, S675IP, S685IP: a message has at most 612 characters, and
nothing but its text is shown.

Layer 0 (values).
"""

from __future__ import annotations

from twisted.words.xish.domish import Element

from gigasetd.xmpp.stanza.namespaces import (
    DELAY,
    OLD_DELAY,
    elements,
    make,
    withChildren,
)
from gigasetd.xmpp.stanza.stanza import CLIENT, child, textOf

LONGEST = 612
"""Characters that a handset takes in one message."""

PIECES = 64
"""Messages that one message is split into at most; the rest is cut off."""

_USED = frozenset(
    {
        (CLIENT, "subject"),
        (CLIENT, "body"),
        (CLIENT, "thread"),
        (CLIENT, "error"),
        (CLIENT, "show"),
        (CLIENT, "status"),
        (CLIENT, "priority"),
        (DELAY, "delay"),
        (OLD_DELAY, "x"),
    }
)


def split(text: str, longest: int = LONGEST) -> list[str]:
    """
    Cut a text into pieces, at the ends of words where there are some.
    """
    pieces: list[str] = []
    while len(text) > longest and len(pieces) < PIECES - 1:
        cut = _place(text, longest)
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    pieces.append(text[:longest])
    return pieces


def _place(text: str, longest: int) -> int:
    """
    Find where to cut: behind the last word that fits, else inside a word.
    """
    if text[longest].isspace():
        return longest
    start = text[:longest]
    cut = max(start.rfind(" "), start.rfind("\n"))
    return cut + 1 if cut > longest // 2 else longest


def stripped(stanza: Element) -> Element:
    """
    Without what a handset's parser only stumbles over; the stanza itself
    where it has nothing of that.
    """
    used = [one for one in elements(stanza) if (one.uri, one.name) in _USED]
    if len(used) == len(stanza.children):
        return stanza
    return withChildren(stanza, list(used))


def fitted(message: Element) -> list[Element]:
    """
    A message as a handset can take it: in one or more pieces, in none where
    nothing in it can be shown.
    """
    left = stripped(message)
    body = child(left, CLIENT, "body")
    if body is None:
        told = message.attributes.get("type") == "error" or child(
            left, CLIENT, "subject"
        )
        return [left] if told else []
    if len(textOf(body)) <= LONGEST:
        return [left]
    return [_piece(left, text, place) for place, text in enumerate(split(textOf(body)))]


def _piece(message: Element, text: str, place: int) -> Element:
    body = make(CLIENT, "body", text)
    children: list[Element | str] = [
        body if (one.uri, one.name) == (CLIENT, "body") else one
        for one in elements(message)
        if not place or one.name != "subject"
    ]
    piece = withChildren(message, children)
    if place and "id" in piece.attributes:
        piece.attributes["id"] = f"{piece.attributes['id']}-{place + 1}"
    return piece
