# -*- test-case-name: tests.sip.test_dispatcher -*-
"""
Flows, and the actions by which the rules ask for I/O.

Layer 0 (values).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple, Union

from gigasetd.sip.message.message import Request


class Flow(NamedTuple):
    """
    How a peer is reached (RFC 5626); used everywhere instead of an address.
    """

    transport: str  #: "udp", "tcp" or "tls"
    local: str  #: our end, the listener's "address:port"
    host: str  #: the peer's address
    port: int  #: the peer's port
    connection: int  #: the stream's number; 0 for datagrams


@lru_cache(4096)
def peerOf(flow: Flow) -> str:
    """
    Name the peer that a nonce is for: its address and port, or its connection.
    """
    return f"{flow.host} {flow.port} {flow.connection}"


class SendBytes(NamedTuple):
    """
    Send octets to a peer, once change C{after} is on disk.
    """

    data: bytes
    flow: Flow
    after: int = 0


class SendResponse(NamedTuple):
    """
    Answer a request through its server transaction; from local agents to
    L{gigasetd.sip.localagents}, never to a transport.
    """

    request: Request
    data: bytes  #: the whole response


class SendRequest(NamedTuple):
    """
    Send a request through a new client transaction; never to a transport.
    """

    data: bytes  #: the whole request
    branch: str  #: the branch in its top Via
    method: str
    flow: Flow
    user: Any = None
    """Hears the answer (L{gigasetd.sip.transactionlayer.TransactionUser})."""


class Media(NamedTuple):
    """
    The media of one call to a local agent: where RTP comes from, what to play.
    """

    call: str  #: the call's name among the echo calls
    host: str  #: where the offer says RTP comes from and goes to
    port: int  #: 0 where the offer does not say
    payloads: tuple[tuple[int, str], ...]  #: (RTP payload type, encoding name)
    sends: bool  #: False while the peer has put us on hold
    peer: str = ""  #: the address that the call's signalling comes from
    reflects: bool = True  #: False where only the greeting is to be heard


class OpenMedia(NamedTuple):
    """
    Get a port for a call's RTP; the agent hears of it by C{opened(call, port,
    now)} or C{refused(call, now)}.
    """

    media: Media


class ChangeMedia(NamedTuple):
    """
    Change the media of a call that is open: a re-INVITE moved or held it.
    """

    media: Media


class CloseMedia(NamedTuple):
    """
    End a call's RTP.
    """

    call: str


Action = Union[SendBytes, SendResponse, SendRequest, OpenMedia, ChangeMedia, CloseMedia]
