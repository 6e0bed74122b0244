# -*- test-case-name: tests.xmpp.im.test_messaging -*-
"""
The actions that the rules of messaging return, and the clients that they serve.

Layer 0 (values).
"""

from __future__ import annotations

from typing import NamedTuple, Union

from twisted.words.xish.domish import Element


class SendStanza(NamedTuple):
    """
    Send an element over a stream, once change C{after} is on disk.

    One element may be sent over several streams: it must not be changed any more.
    """

    stream: int
    element: Element
    after: int = 0


class CloseStream(NamedTuple):
    """
    End a stream, once change C{after} is on disk.
    """

    stream: int
    condition: str = ""  #: of the stream error, "" for no error
    text: str = ""
    after: int = 0
    detail: Element | None = None  #: what an extension adds to the error


class ForwardStanza(NamedTuple):
    """
    Forward a stanza to another domain: a component, the upstream server, or the
    bot in this process.
    """

    domain: str
    element: Element


Action = Union[SendStanza, CloseStream, ForwardStanza]


class Peer(NamedTuple):
    """
    A client that has logged in.
    """

    number: str  #: the account's
    stream: int  #: the stream's number, never used again
    legacy: bool  #: whether it logged in as only phones do
    resource: str  #: bound by a log-in of XEP-0078, "" otherwise
    secure: bool  #: whether the stream is encrypted
    host: str  #: the client's address
