# -*- test-case-name: tests.xmpp.stanza.test_namespaces -*-
"""
The namespaces of XMPP extensions, and functions that make elements.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from twisted.words.xish.domish import Element

from gigasetd.xmpp.stanza.stanza import CLIENT

BIND = "urn:ietf:params:xml:ns:xmpp-bind"
BLOCKED = "urn:xmpp:blocking:errors"
BLOCKING = "urn:xmpp:blocking"
CARBONS = "urn:xmpp:carbons:2"
CHATSTATES = "http://jabber.org/protocol/chatstates"
CSI = "urn:xmpp:csi:0"
DELAY = "urn:xmpp:delay"
DISCO_INFO = "http://jabber.org/protocol/disco#info"
DISCO_ITEMS = "http://jabber.org/protocol/disco#items"
FORWARD = "urn:xmpp:forward:0"
HINTS = "urn:xmpp:hints"
LAST = "jabber:iq:last"
MARKERS = "urn:xmpp:chat-markers:0"
MUC_USER = "http://jabber.org/protocol/muc#user"
OLD_DELAY = "jabber:x:delay"
PING = "urn:xmpp:ping"
PREAPPROVAL = "urn:xmpp:features:pre-approval"
RECEIPTS = "urn:xmpp:receipts"
ROSTER = "jabber:iq:roster"
ROSTER_VERSION = "urn:xmpp:features:rosterver"
SESSION = "urn:ietf:params:xml:ns:xmpp-session"
SID = "urn:xmpp:sid:0"
SM = "urn:xmpp:sm:3"
TIME = "urn:xmpp:time"
VCARD = "vcard-temp"
VERSION = "jabber:iq:version"


def make(uri: str, name: str, text: str = "", **attributes: str) -> Element:
    """
    Make an element with text and attributes.

    @param attributes: a final underscore is removed, for C{from_}.
    """
    element = Element((uri, name))
    element.attributes = {key.rstrip("_"): value for key, value in attributes.items()}
    if text:
        element.children.append(text)
    return element


def wrap(uri: str, name: str, *inner: Element, **attributes: str) -> Element:
    """
    Make an element with child elements.

    @param attributes: as for L{make}.
    """
    element = make(uri, name, **attributes)
    element.children += inner
    return element


def stanza(name: str, *inner: Element, **attributes: str) -> Element:
    """
    Make a message, presence or iq.

    @param attributes: as for L{make}.
    """
    return wrap(CLIENT, name, *inner, **attributes)


def readdressed(element: Element, to: str) -> Element:
    """
    Copy a stanza for another receiver; the children are shared, not copied.
    """
    copy = Element((element.uri, element.name))
    copy.attributes = {**element.attributes, "to": to}
    copy.children = element.children
    return copy


def withChildren(element: Element, children: list[Element | str]) -> Element:
    """
    Copy an element with other children.
    """
    copy = Element((element.uri, element.name))
    copy.attributes = dict(element.attributes)
    copy.children = children
    return copy


def elements(element: Element) -> Iterator[Element]:
    """
    Yield the child elements, without text.
    """
    for node in element.children:
        if not isinstance(node, str):
            yield node


def weight(element: Element) -> int:
    """
    Estimate the characters of a serialized element.
    """
    total = 2 * len(element.name) + 5
    for key, value in element.attributes.items():
        total += len(key) + len(value) + 4
    for node in element.children:
        total += len(node) if isinstance(node, str) else weight(node)
    return total


def payload(iq: Element) -> Element | None:
    """
    Find the payload of an iq.

    @return: L{None} where it has no child element, or more than one.
    """
    children = list(elements(iq))
    return children[0] if len(children) == 1 else None


def stamp(when: float) -> str:
    """
    Format a time as XEP-0082 does, to the millisecond.
    """
    text = datetime.fromtimestamp(when, UTC).isoformat("T", "milliseconds")
    return text.replace("+00:00", "Z")


def oldStamp(when: float) -> str:
    """
    Format a time as XEP-0091 does.
    """
    return datetime.fromtimestamp(when, UTC).strftime("%Y%m%dT%H:%M:%S")
