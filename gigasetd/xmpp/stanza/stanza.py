# -*- test-case-name: tests.xmpp.stanza.test_stanza -*-
"""
Serializes and parses stanzas, and makes the usual replies.

domish's own serializer writes names of namespaces unescaped and forgets which
prefix is in scope: a client could forge another client's stanzas, or break its
stream.  This one writes no prefixes but C{xml} and those that attributes need.

Layer 0 (values).
"""

from __future__ import annotations

import re
from typing import Any

from twisted.words.xish.domish import Element

from gigasetd.xmpp.stanza.parser import StreamFault, XmlLimits, XmlParser

CLIENT = "jabber:client"
STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas"
XML = "http://www.w3.org/XML/1998/namespace"

SCOPES = frozenset(
    {CLIENT, "jabber:server", "jabber:component:accept", "jabber:component:connect"}
)
"""The namespaces of stanzas, one for each kind of stream."""

# Characters that XML 1.0 cannot contain at all, and lone surrogates.
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SAFE = re.compile(r"[ !#-%(-;=?-~]*").fullmatch


CONDITIONS: dict[str, tuple[str, str]] = {
    "bad-request": ("modify", "400"),
    "conflict": ("cancel", "409"),
    "feature-not-implemented": ("cancel", "501"),
    "forbidden": ("auth", "403"),
    "gone": ("cancel", "302"),
    "internal-server-error": ("cancel", "500"),
    "item-not-found": ("cancel", "404"),
    "jid-malformed": ("modify", "400"),
    "not-acceptable": ("modify", "406"),
    "not-allowed": ("cancel", "405"),
    "not-authorized": ("auth", "401"),
    "policy-violation": ("modify", "405"),
    "recipient-unavailable": ("wait", "404"),
    "redirect": ("modify", "302"),
    "registration-required": ("auth", "407"),
    "remote-server-not-found": ("cancel", "404"),
    "remote-server-timeout": ("wait", "504"),
    "resource-constraint": ("wait", "500"),
    "service-unavailable": ("cancel", "503"),
    "subscription-required": ("auth", "407"),
    "undefined-condition": ("cancel", "500"),
    "unexpected-request": ("wait", "400"),
}
"""
Stanza error condition -> its type and the code of old clients (XEP-0086).
"""


# to text


def escapeText(text: str) -> str:
    """
    Escape character data; characters that XML cannot contain become U+FFFD.
    """
    if not text.isprintable():
        text = _BAD.sub("\ufffd", text).replace("\r", "&\r")
        # The ampersand of a carriage return must not be escaped again.
        return "&#13;".join(map(_escapeMarkup, text.split("&\r")))
    return _escapeMarkup(text)


def _escapeMarkup(text: str) -> str:
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def escapeAttribute(text: str) -> str:
    """
    Escape an attribute's value, for either kind of quotes.
    """
    if _SAFE(text):
        return text
    text = escapeText(text).replace("'", "&apos;").replace('"', "&quot;")
    return text.replace("\t", "&#9;").replace("\n", "&#10;")


def serialize(element: Element, scope: str = CLIENT) -> str:
    """
    Serialize an element for a stream.

    @param scope: the stream's default namespace.  A stanza of another kind of
        stream is converted to it, down to the first element of another
        namespace.
    """
    out: list[str] = []
    uri = element.uri
    own = scope if uri in SCOPES else uri
    _write(element, own, uri, scope, out.append)
    return "".join(out)


def _write(element: Element, own: str, uri: str, scope: str, put: Any) -> None:
    """
    Write one element.

    @param own: the element's namespace, as it is to be written.
    @param uri: the namespace as it was read, for the children to compare.
    @param scope: the default namespace around it.
    """
    name = element.name
    put(f"<{name}" if own == scope else f"<{name} xmlns='{escapeAttribute(own or '')}'")
    for key, value in element.attributes.items():
        if type(key) is tuple or not _SAFE(value):
            put(_attribute(element, key, value))
        else:
            put(f" {key}='{value}'")
    if not element.children:
        put("/>")
        return
    put(">")
    for child in element.children:
        if isinstance(child, str):
            put(escapeText(child))
        else:
            inner = child.uri
            _write(child, own if inner == uri else inner, inner, own, put)
    put(f"</{name}>")


def _attribute(element: Element, key: Any, value: str) -> str:
    # An attribute in a namespace needs a prefix, which is declared with it.
    if type(key) is not tuple:
        return f" {key}='{escapeAttribute(value)}'"
    uri, name = key
    if uri == XML:
        return f" xml:{name}='{escapeAttribute(value)}'"
    prefix = f"n{list(element.attributes).index(key)}"
    declared = f" xmlns:{prefix}='{escapeAttribute(uri)}'"
    return f"{declared} {prefix}:{name}='{escapeAttribute(value)}'"


# from text


def parse(text: str, scope: str = CLIENT, limits: XmlLimits = XmlLimits()) -> Element:
    """
    Parse one element, as L{serialize} wrote it.

    @param scope: the default namespace around it.
    @raise StreamFault: it is malformed, or more than one element.
    """
    whole = f"<s xmlns='{scope}'>{text}</s>".encode("utf-8", "replace")
    events = XmlParser(limits).feed(whole)
    if len(events) == 3 and type(events[1]) is Element:
        return events[1]
    last = events[-1]
    raise last if isinstance(last, StreamFault) else StreamFault("not-well-formed")


# children


def child(element: Element, uri: str, name: str) -> Element | None:
    """
    Find the first child of a namespace and name.

    domish's attribute access compares the name alone.
    """
    node: Element
    for node in element.children:
        if not isinstance(node, str) and node.name == name and node.uri == uri:
            return node
    return None


def textOf(element: Element | None) -> str:
    """
    Join an element's own text.

    @return: C{""} for no text, or no element.
    """
    if element is None:
        return ""
    return "".join([str(node) for node in element.children if isinstance(node, str)])


def copied(element: Element) -> Element:
    """
    Copy an element with all its children.
    """
    copy = Element((element.uri, element.name))
    copy.attributes = dict(element.attributes)
    copy.children = [
        node if isinstance(node, str) else copied(node) for node in element.children
    ]
    return copy


# replies


def reply(element: Element, kind: str) -> Element:
    """
    Make an empty reply: the same name and id, addressed to the sender.
    """
    answer = Element((element.uri, element.name))
    attributes = element.attributes
    answer.attributes["type"] = kind
    if "id" in attributes:
        answer.attributes["id"] = attributes["id"]
    if "from" in attributes:
        answer.attributes["to"] = attributes["from"]
    if "to" in attributes:
        answer.attributes["from"] = attributes["to"]
    return answer


def iqResult(iq: Element, payload: Element | None = None) -> Element:
    """
    Make the result of an iq.
    """
    answer = reply(iq, "result")
    if payload is not None:
        answer.addChild(payload)
    return answer


def errorReply(
    element: Element, condition: str, text: str = "", kind: str = ""
) -> Element:
    """
    Make the error that answers a stanza (RFC 6120 section 8.3).

    An error or a result must not be answered: check L{answerable} first.

    @param kind: the error's type, C{""} for the condition's usual one.
    """
    answer = reply(element, "error")
    usual, code = CONDITIONS[condition]
    error = answer.addElement("error")
    # COMPAT: clients from before RFC 3920 look at the code alone.
    error.attributes["code"] = code
    error.attributes["type"] = kind or usual
    error.addElement((STANZAS, condition))
    if text:
        error.addElement((STANZAS, "text"), content=text)
    return answer


def answerable(element: Element) -> bool:
    """
    Whether a stanza may be answered by an error (RFC 6120 section 8.3.1).
    """
    return element.attributes.get("type") not in ("error", "result")
