# -*- test-case-name: tests.xmpp.stream.test_header -*-
"""
XML that streams are made of besides stanzas: headers, features, errors, and
the elements of TLS and SASL (RFC 6120 sections 4 to 6).

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from twisted.words.xish.domish import Element

from gigasetd.xmpp.auth.sasl import SASL
from gigasetd.xmpp.stanza.jid import parseJid
from gigasetd.xmpp.stanza.parser import StreamFault, StreamOpened
from gigasetd.xmpp.stanza.stanza import CLIENT, escapeAttribute, escapeText, serialize
from gigasetd.xmpp.stream.state import TLS

STREAM = "http://etherx.jabber.org/streams"
STREAMS = "urn:ietf:params:xml:ns:xmpp-streams"
BINDINGS = "urn:xmpp:sasl-cb:0"
LIMITS = "urn:xmpp:stream-limits:0"
IQ_AUTH = "http://jabber.org/features/iq-auth"

END = "</stream:stream>"

_VERSION = re.compile(r"([0-9]{1,9})\.[0-9]{1,9}")


class StreamHeader:
    """
    A client's stream header.

    @ivar old: whether it has no version, as before RFC 3920.
    @ivar to: the domain that it is addressed to, prepared; C{""} for none.
    @ivar sender: the bare address that it is from, C{""} for none.
    """

    def __init__(self, opened: StreamOpened) -> None:
        """
        @raise StreamFault: it is not the header of a client's stream.
        """
        element = opened.element
        if (element.uri, element.name) != (STREAM, "stream"):
            raise StreamFault("invalid-namespace")
        if opened.content != CLIENT:
            raise StreamFault("invalid-namespace")
        self.old = _isOld(element.attributes.get("version"))
        self.to = _domainOf(element.attributes.get("to"))
        sender = parseJid(element.attributes.get("from"))
        self.sender = sender.bare if sender is not None else ""


def _isOld(version: str | None) -> bool:
    """
    Whether a version is missing, or below 1.0.

    @raise StreamFault: it is malformed.
    """
    if version is None:
        return True
    match = _VERSION.fullmatch(version)
    if match is None:
        raise StreamFault("unsupported-version")
    return int(match[1]) < 1


def _domainOf(to: str | None) -> str:
    """
    Prepare the domain that a header is addressed to.

    @raise StreamFault: it is not a domain.
    """
    if to is None:
        return ""
    jid = parseJid(to)
    if jid is None or jid.local or jid.resource:
        raise StreamFault("improper-addressing")
    return jid.domain


def header(domain: str, id: str, old: bool = False, to: str = "") -> str:
    """
    Write our header.

    @param old: without a version, for a client of before RFC 3920.
    """
    address = f" from='{escapeAttribute(domain)}'"
    if to:
        address += f" to='{escapeAttribute(to)}'"
    version = "" if old else " version='1.0' xml:lang='en'"
    return (
        f"<?xml version='1.0'?><stream:stream xmlns='{CLIENT}' xmlns:stream='{STREAM}'"
        f" id='{escapeAttribute(id)}'{address}{version}>"
    )


def error(condition: str, text: str = "", detail: Element | None = None) -> str:
    """
    Write a stream error, and the end of the stream.

    @param detail: an element that says more than the condition.
    """
    more = "" if detail is None else serialize(detail)
    reason = f"<text xmlns='{STREAMS}' xml:lang='en'>{escapeText(text)}</text>"
    return (
        f"<stream:error><{condition} xmlns='{STREAMS}'/>{reason if text else ''}"
        f"{more}</stream:error>{END}"
    )


def features(*offered: str) -> str:
    """
    Write the stream features.
    """
    return f"<stream:features>{''.join(offered)}</stream:features>"


def starttls(required: bool) -> str:
    """
    Write the feature of TLS.
    """
    return f"<starttls xmlns='{TLS}'>{'<required/>' if required else ''}</starttls>"


def mechanisms(names: Iterable[str], bindings: Collection[str]) -> str:
    """
    Write the feature of SASL, with the channel bindings (XEP-0440).
    """
    listed = "".join(f"<mechanism>{name}</mechanism>" for name in names)
    types = "".join(f"<channel-binding type='{name}'/>" for name in bindings)
    bound = f"<sasl-channel-binding xmlns='{BINDINGS}'>{types}</sasl-channel-binding>"
    return f"<mechanisms xmlns='{SASL}'>{listed}</mechanisms>{bound if types else ''}"


def oldAuth() -> str:
    """
    Write the feature of XEP-0078.
    """
    return f"<auth xmlns='{IQ_AUTH}'/>"


def limits(stanza: int, idle: int) -> str:
    """
    Write the limits of a stream (XEP-0478).

    @param stanza: bytes that a stanza may have.
    @param idle: seconds that a client may be silent, 0 for no limit.
    """
    seconds = f"<idle-seconds>{idle}</idle-seconds>" if idle else ""
    size = f"<max-bytes>{stanza}</max-bytes>"
    return f"<limits xmlns='{LIMITS}'>{size}{seconds}</limits>"


def sasl(name: str, text: str = "") -> str:
    """
    Write a challenge or a success.

    @param text: its content, in base64.
    """
    content = f">{text}</{name}>" if text else "/>"
    return f"<{name} xmlns='{SASL}'{content}"


def failure(condition: str, text: str = "") -> str:
    """
    Write the failure of a log-in.
    """
    reason = f"<text xml:lang='en'>{escapeText(text)}</text>" if text else ""
    return f"<failure xmlns='{SASL}'><{condition}/>{reason}</failure>"


def tls(name: str) -> str:
    """
    Write the answer to C{<starttls/>}.
    """
    return f"<{name} xmlns='{TLS}'/>"
