# -*- test-case-name: tests.xmpp.stream.test_state -*-
"""
The states of a client's stream, and the step for each input in each of them
(RFC 6120 sections 4 to 7).

Layer 0 (values).
"""

from __future__ import annotations

from enum import Enum

from twisted.words.xish.domish import Element

from gigasetd.xmpp.auth.sasl import SASL
from gigasetd.xmpp.stanza.parser import Event, StreamClosed, StreamFault, StreamOpened
from gigasetd.xmpp.stanza.stanza import CLIENT

TLS = "urn:ietf:params:xml:ns:xmpp-tls"
OLD_AUTH = "jabber:iq:auth"


class StreamState(Enum):
    """
    What a stream expects next.
    """

    HEADER = "a header is expected"
    TLS = "TLS must come first"
    AUTH = "a log-in is expected"
    BIND = "logged in, without a resource"
    ACTIVE = "a resource is bound"
    CLOSING = "the end was sent, or the connection is lost"


class Input(Enum):
    """
    What a client can send, or fail to send.
    """

    HEADER = "the header"
    STARTTLS = "<starttls/>"
    BEGIN = "<auth/>"
    RESPONSE = "<response/>"
    ABORT = "<abort/>"
    OLD = "an iq of XEP-0078"
    STANZA = "any other element"
    END = "the end of the stream"
    FAULT = "XML that is wrong or forbidden"
    EARLY = "anything before an answer that must be awaited"
    LATE = "nothing in time"


class Pipelined(StreamFault):
    """
    Something was sent before an answer that must be awaited.

    It was not meant for the stream that begins with that answer, and an
    attacker may have put it there (RFC 6120 section 5.3.3).
    """

    def __init__(self) -> None:
        super().__init__("policy-violation", "you must wait for an answer here")


ELEMENTS = (
    Input.STARTTLS,
    Input.BEGIN,
    Input.RESPONSE,
    Input.ABORT,
    Input.OLD,
    Input.STANZA,
)

STEPS: dict[tuple[StreamState, Input], str] = {
    (StreamState.HEADER, Input.HEADER): "greet",
    (StreamState.HEADER, Input.FAULT): "fault",
    (StreamState.HEADER, Input.LATE): "expire",
    (StreamState.TLS, Input.STARTTLS): "startTLS",
    (StreamState.TLS, Input.BEGIN): "demandTLS",
    (StreamState.TLS, Input.RESPONSE): "demandTLS",
    (StreamState.TLS, Input.ABORT): "demandTLS",
    (StreamState.TLS, Input.OLD): "refuseOld",
    (StreamState.TLS, Input.STANZA): "forbid",
    (StreamState.TLS, Input.END): "end",
    (StreamState.TLS, Input.FAULT): "fault",
    (StreamState.TLS, Input.LATE): "expire",
    (StreamState.AUTH, Input.STARTTLS): "startTLS",
    (StreamState.AUTH, Input.BEGIN): "begin",
    (StreamState.AUTH, Input.RESPONSE): "respond",
    (StreamState.AUTH, Input.ABORT): "abort",
    (StreamState.AUTH, Input.OLD): "old",
    (StreamState.AUTH, Input.STANZA): "forbid",
    (StreamState.AUTH, Input.END): "end",
    (StreamState.AUTH, Input.FAULT): "fault",
    (StreamState.AUTH, Input.LATE): "expire",
    **{
        (state, element): "serve"
        for state in (StreamState.BIND, StreamState.ACTIVE)
        for element in ELEMENTS
    },
    (StreamState.BIND, Input.END): "end",
    (StreamState.BIND, Input.FAULT): "fault",
    (StreamState.BIND, Input.LATE): "expire",
    (StreamState.ACTIVE, Input.END): "end",
    (StreamState.ACTIVE, Input.FAULT): "fault",
    (StreamState.ACTIVE, Input.LATE): "poke",
    (StreamState.CLOSING, Input.END): "leave",
    (StreamState.CLOSING, Input.FAULT): "leave",
    (StreamState.CLOSING, Input.LATE): "cut",
    **{(StreamState.CLOSING, each): "ignore" for each in (Input.HEADER, *ELEMENTS)},
    **{(state, Input.EARLY): "pipelined" for state in StreamState},
}
"""(state, input) -> the method of L{gigasetd.xmpp.stream.stream.ClientStream}."""

IMPOSSIBLE = frozenset(
    {
        # A parser reports the header first and once; a header inside a stream
        # is an element that does not end.
        *(
            (StreamState.HEADER, each)
            for each in Input
            if each
            not in (
                Input.HEADER,
                Input.FAULT,
                Input.EARLY,
                Input.LATE,
            )
        ),
        *(
            (state, Input.HEADER)
            for state in StreamState
            if state not in (StreamState.HEADER, StreamState.CLOSING)
        ),
    }
)
"""What a parser cannot report in that state."""

_ELEMENTS = {
    (TLS, "starttls"): Input.STARTTLS,
    (SASL, "auth"): Input.BEGIN,
    (SASL, "response"): Input.RESPONSE,
    (SASL, "abort"): Input.ABORT,
}


def inputOf(event: Event) -> Input:
    """
    Classify an event for L{STEPS}.
    """
    if isinstance(event, Element):
        known = _ELEMENTS.get((event.uri, event.name))
        return known or (Input.OLD if isOldAuth(event) else Input.STANZA)
    if isinstance(event, StreamOpened):
        return Input.HEADER
    if isinstance(event, StreamClosed):
        return Input.END
    return Input.EARLY if isinstance(event, Pipelined) else Input.FAULT


def isOldAuth(element: Element) -> bool:
    """
    Whether an element is a request of XEP-0078.
    """
    return (
        (element.uri, element.name) == (CLIENT, "iq")
        and element.attributes.get("type") in ("get", "set")
        and any(
            not isinstance(each, str) and (each.uri, each.name) == (OLD_AUTH, "query")
            for each in element.children
        )
    )
