# -*- test-case-name: tests.sip.test_dispatcher -*-
"""
What the rules ask the transports to do, and the flows they name.

Layer 0 (values).
"""

from __future__ import annotations

from typing import Any, NamedTuple, Union

from gigasetd.sip.message.message import Request


class Flow(NamedTuple):
    """
    How a peer is reached: carried everywhere instead of an address.
    """

    transport: str  #: "udp", "tcp" or "tls"
    local: str  #: our end, the listener's "address:port"
    host: str  #: the peer's address
    port: int  #: the peer's port
    connection: int  #: the stream's number; 0 for datagrams


class Send(NamedTuple):
    """
    Send octets to a peer, once change C{after} is on disk.
    """

    data: bytes
    flow: Flow
    after: int = 0


class Reply(NamedTuple):
    """
    Answer a request through its server transaction; from in-process user
    agents to the layer, never to a transport.
    """

    request: Request
    flow: Flow  #: the flow the request came by
    data: bytes  #: the whole response


class Ask(NamedTuple):
    """
    Send a request of our own through a non-INVITE client transaction; from
    in-process user agents to the layer, never to a transport.
    """

    data: bytes
    branch: str  #: the branch in its top Via
    method: str
    flow: Flow
    user: Any = None  #: hears the answer (L{gigasetd.sip.transactionlayer.User})


class Media(NamedTuple):
    """
    The media of one call to us: where to expect RTP from, what to play.
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
    Get a port for a call's RTP; the agent is told by C{opened(call, port, now)}
    or C{refused(call, now)}.
    """

    media: Media


class ChangeMedia(NamedTuple):
    """
    A re-INVITE moved or held the media of a call that is open.
    """

    media: Media


class CloseMedia(NamedTuple):
    """
    End a call's RTP.
    """

    call: str


Action = Union[Send, Reply, Ask, OpenMedia, ChangeMedia, CloseMedia]
