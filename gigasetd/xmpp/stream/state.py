# -*- test-case-name: tests.xmpp.stream.test_state -*-
"""
A stream's states, and what may come in each (RFC 6120 sections 4 to 7).

Layer 0 (values).
"""

from __future__ import annotations

from enum import Enum

from twisted.words.xish.domish import Element

from gigasetd.xmpp.auth.sasl import SASL
from gigasetd.xmpp.stanza.parser import Closed, Event, Opened
from gigasetd.xmpp.stanza.stanza import CLIENT

TLS = "urn:ietf:params:xml:ns:xmpp-tls"
OLD_AUTH = "jabber:iq:auth"


class State(Enum):
    """
    Where a stream is.
    """

    HEADER = "a header is expected"
    TLS = "TLS must come first"
    AUTH = "a log-in is expected"
    BIND = "logged in, without a resource"
    ACTIVE = "bound"
    CLOSING = "at its end"


class Input(Enum):
    """
    What can come.
    """

    HEADER = "the header"
    STARTTLS = "<starttls/>"
    BEGIN = "<auth/>"
    RESPONSE = "<response/>"
    ABORT = "<abort/>"
    OLD = "an iq of XEP-0078"
    STANZA = "any other element"
    END = "the end of the stream"
    FAULT = "what is no stream"
    LATE = "nothing in time"


STEPS: dict[tuple[State, Input], str] = {
    (State.HEADER, Input.HEADER): "greet",
    (State.HEADER, Input.FAULT): "fault",
    (State.HEADER, Input.LATE): "expire",
    (State.TLS, Input.STARTTLS): "startTLS",
    (State.TLS, Input.BEGIN): "demandTLS",
    (State.TLS, Input.RESPONSE): "demandTLS",
    (State.TLS, Input.ABORT): "demandTLS",
    (State.TLS, Input.OLD): "refuseOld",
    (State.TLS, Input.STANZA): "forbid",
    (State.TLS, Input.END): "end",
    (State.TLS, Input.FAULT): "fault",
    (State.TLS, Input.LATE): "expire",
    (State.AUTH, Input.STARTTLS): "startTLS",
    (State.AUTH, Input.BEGIN): "begin",
    (State.AUTH, Input.RESPONSE): "respond",
    (State.AUTH, Input.ABORT): "abort",
    (State.AUTH, Input.OLD): "old",
    (State.AUTH, Input.STANZA): "forbid",
    (State.AUTH, Input.END): "end",
    (State.AUTH, Input.FAULT): "fault",
    (State.AUTH, Input.LATE): "expire",
    **{
        (state, each): "serve"
        for state in (State.BIND, State.ACTIVE)
        for each in (
            Input.STARTTLS,
            Input.BEGIN,
            Input.RESPONSE,
            Input.ABORT,
            Input.OLD,
            Input.STANZA,
        )
    },
    (State.BIND, Input.END): "end",
    (State.BIND, Input.FAULT): "fault",
    (State.BIND, Input.LATE): "expire",
    (State.ACTIVE, Input.END): "end",
    (State.ACTIVE, Input.FAULT): "fault",
    (State.ACTIVE, Input.LATE): "poke",
    (State.CLOSING, Input.END): "leave",
    (State.CLOSING, Input.FAULT): "leave",
    (State.CLOSING, Input.LATE): "cut",
    **{
        (State.CLOSING, each): "ignore"
        for each in (
            Input.HEADER,
            Input.STARTTLS,
            Input.BEGIN,
            Input.RESPONSE,
            Input.ABORT,
            Input.OLD,
            Input.STANZA,
        )
    },
}
"""(state, input) -> the step that L{gigasetd.xmpp.stream.stream.Stream} takes."""

IMPOSSIBLE = frozenset(
    {
        # A parser tells the header first and once; a header in a stream is an
        # element that does not end.
        *(
            (State.HEADER, each)
            for each in Input
            if each not in (Input.HEADER, Input.FAULT, Input.LATE)
        ),
        *(
            (state, Input.HEADER)
            for state in (State.TLS, State.AUTH, State.BIND, State.ACTIVE)
        ),
    }
)
"""What a parser cannot tell in that state."""

_ELEMENTS = {
    (TLS, "starttls"): Input.STARTTLS,
    (SASL, "auth"): Input.BEGIN,
    (SASL, "response"): Input.RESPONSE,
    (SASL, "abort"): Input.ABORT,
}


def inputOf(event: Event) -> Input:
    """
    What an event is, before a stream is logged in.
    """
    if isinstance(event, Element):
        known = _ELEMENTS.get((event.uri, event.name))
        return known or (Input.OLD if isOldAuth(event) else Input.STANZA)
    if isinstance(event, Opened):
        return Input.HEADER
    return Input.END if isinstance(event, Closed) else Input.FAULT


def isOldAuth(element: Element) -> bool:
    """
    Whether it is a request of XEP-0078.
    """
    return (
        (element.uri, element.name) == (CLIENT, "iq")
        and element.attributes.get("type") in ("get", "set")
        and any(
            not isinstance(one, str) and (one.uri, one.name) == (OLD_AUTH, "query")
            for one in element.children
        )
    )
