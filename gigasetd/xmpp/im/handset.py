# -*- test-case-name: tests.xmpp.im.test_handset -*-
"""
Reduces stanzas to what a handset can show, in pieces.

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
"""Characters that a handset accepts in one message."""

PIECES = 64
"""Pieces that a message is split into at most; the rest is cut off."""

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
    Split a text into pieces, at the ends of words where possible.
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
    Remove the children that a handset cannot use.

    @return: the stanza itself where there are none.
    """
    used = [each for each in elements(stanza) if (each.uri, each.name) in _USED]
    if len(used) == len(stanza.children):
        return stanza
    return withChildren(stanza, list(used))


def fitted(message: Element) -> list[Element]:
    """
    Split a message into pieces for a handset.

    @return: no piece where nothing in it can be shown.
    """
    left = stripped(message)
    body = child(left, CLIENT, "body")
    if body is None:
        shown = message.attributes.get("type") == "error" or child(
            left, CLIENT, "subject"
        )
        return [left] if shown else []
    if len(textOf(body)) <= LONGEST:
        return [left]
    return [_piece(left, text, place) for place, text in enumerate(split(textOf(body)))]


def _piece(message: Element, text: str, place: int) -> Element:
    body = make(CLIENT, "body", text)
    children: list[Element | str] = [
        body if (each.uri, each.name) == (CLIENT, "body") else each
        for each in elements(message)
        if not place or each.name != "subject"
    ]
    piece = withChildren(message, children)
    # Each message needs its own id.
    if place and "id" in piece.attributes:
        piece.attributes["id"] = f"{piece.attributes['id']}-{place + 1}"
    return piece
