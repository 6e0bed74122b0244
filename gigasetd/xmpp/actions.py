# -*- test-case-name: tests.xmpp.im.test_server -*-
"""
What the rules of messaging ask the streams to do, and whom they deal with.

Layer 0 (values).
"""

from __future__ import annotations

from typing import NamedTuple, Union

from twisted.words.xish.domish import Element


class SendStanza(NamedTuple):
    """
    Send an element over a stream, once change C{after} is on disk.

    One element may be sent over several streams: nobody changes it any more.
    """

    stream: int
    element: Element
    after: int = 0


class CloseStream(NamedTuple):
    """
    End a stream, once change C{after} is on disk.
    """

    stream: int
    condition: str = ""  #: of the stream error; "" for a plain end
    text: str = ""
    after: int = 0
    detail: Element | None = None  #: what an extension adds to the error


class ForwardStanza(NamedTuple):
    """
    Hand a stanza to whoever serves another domain: a component, the upstream
    or a part of this process.
    """

    domain: str
    element: Element


Action = Union[SendStanza, CloseStream, ForwardStanza]


class Peer(NamedTuple):
    """
    Who has proved on a stream whose account it is.
    """

    number: str
    stream: int  #: the stream's number, never used again
    legacy: bool  #: of the kinds of stream that only phones open
    resource: str  #: given by XEP-0078 log-in (bound at once), "" otherwise
    secure: bool  #: by TLS
    host: str  #: the address it comes from
