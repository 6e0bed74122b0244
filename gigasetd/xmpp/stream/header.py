# -*- test-case-name: tests.xmpp.stream.test_stream -*-
"""
How a stream begins and ends: headers, features, errors (RFC 6120 section 4).

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from twisted.words.xish.domish import Element

from gigasetd.xmpp.auth.sasl import SASL
from gigasetd.xmpp.stanza.jid import parseJid
from gigasetd.xmpp.stanza.parser import Fault, Opened
from gigasetd.xmpp.stanza.stanza import CLIENT, escapeAttribute, escapeText, serialize
from gigasetd.xmpp.stream.state import TLS

STREAM = "http://etherx.jabber.org/streams"
STREAMS = "urn:ietf:params:xml:ns:xmpp-streams"
BINDINGS = "urn:xmpp:sasl-cb:0"
LIMITS = "urn:xmpp:stream-limits:0"
IQ_AUTH = "http://jabber.org/features/iq-auth"

END = "</stream:stream>"

_VERSION = re.compile(r"([0-9]{1,9})\.[0-9]{1,9}")


class Header:
    """
    What a client's header tells.

    @ivar old: whether it is one of before RFC 3920, without a version.
    @ivar to: whom it wants to talk to, prepared; C{""} where it tells none.
    @ivar sender: its bare address, C{""} where it tells none.
    """

    def __init__(self, opened: Opened) -> None:
        """
        @raise Fault: it is no header of a client's stream.
        """
        element = opened.element
        if (element.uri, element.name) != (STREAM, "stream"):
            raise Fault("invalid-namespace")
        if opened.content != CLIENT:
            raise Fault("invalid-namespace")
        self.old = _isOld(element.attributes.get("version"))
        self.to = _domainOf(element.attributes.get("to"))
        sender = parseJid(element.attributes.get("from"))
        self.sender = sender.bare if sender is not None else ""


def _isOld(version: str | None) -> bool:
    """
    Whether a version is none, or below 1.0.

    @raise Fault: it is no version.
    """
    if version is None:
        return True
    found = _VERSION.fullmatch(version)
    if found is None:
        raise Fault("unsupported-version")
    return int(found[1]) < 1


def _domainOf(to: str | None) -> str:
    """
    The domain that a header names, prepared.

    @raise Fault: that is no domain.
    """
    if to is None:
        return ""
    jid = parseJid(to)
    if jid is None or jid.local or jid.resource:
        raise Fault("improper-addressing")
    return jid.domain


def header(domain: str, id: str, old: bool = False, to: str = "") -> str:
    """
    Our own header.

    @param old: without a version, as a client of before RFC 3920 wants it.
    """
    told = f" to='{escapeAttribute(to)}'" if to else ""
    version = "" if old else " version='1.0' xml:lang='en'"
    return (
        f"<?xml version='1.0'?><stream:stream xmlns='{CLIENT}' xmlns:stream='{STREAM}'"
        f" id='{escapeAttribute(id)}' from='{escapeAttribute(domain)}'{told}{version}>"
    )


def error(condition: str, text: str = "", detail: Element | None = None) -> str:
    """
    A stream error, and the end that follows.
    """
    more = "" if detail is None else serialize(detail)
    told = f"<text xmlns='{STREAMS}' xml:lang='en'>{escapeText(text)}</text>"
    return (
        f"<stream:error><{condition} xmlns='{STREAMS}'/>{told if text else ''}"
        f"{more}</stream:error>{END}"
    )


def features(*offered: str) -> str:
    """
    What may be done next.
    """
    return f"<stream:features>{''.join(offered)}</stream:features>"


def starttls(required: bool) -> str:
    """
    TLS can be had, or must.
    """
    return f"<starttls xmlns='{TLS}'>{'<required/>' if required else ''}</starttls>"


def mechanisms(names: Iterable[str], bindings: Collection[str]) -> str:
    """
    How one can log in, and bind that to the channel (XEP-0440).
    """
    listed = "".join(f"<mechanism>{name}</mechanism>" for name in names)
    types = "".join(f"<channel-binding type='{name}'/>" for name in bindings)
    told = f"<sasl-channel-binding xmlns='{BINDINGS}'>{types}</sasl-channel-binding>"
    return f"<mechanisms xmlns='{SASL}'>{listed}</mechanisms>{told if types else ''}"


def oldAuth() -> str:
    """
    One can log in by XEP-0078.
    """
    return f"<auth xmlns='{IQ_AUTH}'/>"


def limits(stanza: int, idle: int) -> str:
    """
    How long a stanza may be, and how long a client silent (XEP-0478).

    @param idle: seconds, 0 for as long as it likes.
    """
    seconds = f"<idle-seconds>{idle}</idle-seconds>" if idle else ""
    size = f"<max-bytes>{stanza}</max-bytes>"
    return f"<limits xmlns='{LIMITS}'>{size}{seconds}</limits>"


def written(elements: Iterable[Element]) -> list[str]:
    """
    Features that others offer.
    """
    return [serialize(one) for one in elements]


def sasl(name: str, text: str = "") -> str:
    """
    One of our messages in a log-in.

    @param text: its content, in base64.
    """
    return f"<{name} xmlns='{SASL}'>{text}</{name}>" if text else _empty(name)


def _empty(name: str) -> str:
    """
    The same without content.
    """
    return f"<{name} xmlns='{SASL}'/>"


def failure(condition: str, text: str = "") -> str:
    """
    A log-in has failed.
    """
    told = f"<text xml:lang='en'>{escapeText(text)}</text>" if text else ""
    return f"<failure xmlns='{SASL}'><{condition}/>{told}</failure>"


def tls(name: str) -> str:
    """
    What is answered to C{<starttls/>}.
    """
    return f"<{name} xmlns='{TLS}'/>"
