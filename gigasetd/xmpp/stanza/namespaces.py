# -*- test-case-name: tests.xmpp.im.test_server -*-
"""
The namespaces of messaging, and elements made of them.

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


def made(uri: str, name: str, text: str = "", **attributes: str) -> Element:
    """
    An element with nothing but text and attributes in it.

    @param attributes: a final underscore is taken off, for C{from_}.
    """
    element = Element((uri, name))
    element.attributes = {key.rstrip("_"): value for key, value in attributes.items()}
    if text:
        element.children.append(text)
    return element


def within(uri: str, name: str, *inner: Element, **attributes: str) -> Element:
    """
    An element with others in it.
    """
    element = made(uri, name, **attributes)
    element.children += inner
    return element


def stanza(name: str, *inner: Element, **attributes: str) -> Element:
    """
    A message, presence or iq of the server's own.
    """
    return within(CLIENT, name, *inner, **attributes)


def addressed(element: Element, to: str) -> Element:
    """
    The same for another receiver; what is inside is shared, not copied.
    """
    copy = Element((element.uri, element.name))
    copy.attributes = {**element.attributes, "to": to}
    copy.children = element.children
    return copy


def keeping(element: Element, children: list[Element | str]) -> Element:
    """
    The same with other things in it.
    """
    copy = Element((element.uri, element.name))
    copy.attributes = dict(element.attributes)
    copy.children = children
    return copy


def elements(element: Element) -> Iterator[Element]:
    """
    What is in it, text left out.
    """
    for one in element.children:
        if not isinstance(one, str):
            yield one


def weight(element: Element) -> int:
    """
    About as many characters as an element has when it is written.
    """
    total = 2 * len(element.name) + 5
    for key, value in element.attributes.items():
        total += len(key) + len(value) + 4
    for one in element.children:
        total += len(one) if isinstance(one, str) else weight(one)
    return total


def payload(iq: Element) -> Element | None:
    """
    The one element of an iq, C{None} where there is none or more than one.
    """
    found = list(elements(iq))
    return found[0] if len(found) == 1 else None


def stamp(when: float) -> str:
    """
    A time as XEP-0082 writes it, to the millisecond.
    """
    text = datetime.fromtimestamp(when, UTC).isoformat("T", "milliseconds")
    return text.replace("+00:00", "Z")


def oldStamp(when: float) -> str:
    """
    A time as XEP-0091 writes it.
    """
    return datetime.fromtimestamp(when, UTC).strftime("%Y%m%dT%H:%M:%S")
