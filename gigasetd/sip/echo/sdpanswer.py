# -*- test-case-name: tests.sip.echo.test_sdp -*-
"""
Our side of a session description: answers that mirror an offer, offers of
our own, and both as text (RFC 3264 sections 5, 6 and 8).

Layer 0 (values).
"""

from __future__ import annotations

from gigasetd.sip.echo.sdp import EVENT, Codec, Session, Stream

_MIRROR = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}


def answer(asked: Session, index: int, port: int, host: str) -> Session:
    """
    Accept one stream and refuse all others (RFC 3264 section 6).
    """
    streams = []
    for at, stream in enumerate(asked.streams):
        if at == index:
            direction = _MIRROR[stream.direction]
            streams.append(_ours(stream, port, host, direction))
        else:
            streams.append(stream._replace(port=0, formats=stream.formats[:1]))
    return Session(tuple(streams), asked.time)


def offer(said: Session | None, index: int, port: int, host: str) -> Session:
    """
    What we offer when the peer leaves that to us: what was agreed before,
    off hold, else all that we know.
    """
    if said is None:
        return Session((_ours(_EVERYTHING, port, host, "sendrecv"),))
    streams = list(said.streams)
    streams[index] = _ours(streams[index], port, host, "sendrecv")
    return said._replace(streams=tuple(streams))


_EVERYTHING = Stream(
    "audio",
    0,
    "RTP/AVP",
    (),
    "",
    "sendrecv",
    (Codec(8, "PCMA"), Codec(0, "PCMU"), Codec(9, "G722"), Codec(101, EVENT, "0-15")),
)


def _ours(stream: Stream, port: int, host: str, direction: str) -> Stream:
    """
    Our side of a stream: the same payload numbers, our address.
    """
    formats = tuple(str(codec.payload) for codec in stream.codecs)
    return stream._replace(port=port, host=host, direction=direction, formats=formats)


def encode(session: Session, host: str, identity: int, version: int) -> str:
    """
    A description of ours as text.

    @param host: our address, a literal.
    @param identity: the session's number; the same for the whole call.
    @param version: grows by one with each change (RFC 3264 section 8).
    """
    where = f"IN {'IP6' if ':' in host else 'IP4'} {host}"
    lines = ["v=0", f"o=- {identity} {version} {where}", "s=-", f"c={where}"]
    lines.append(f"t={session.time}")
    for stream in session.streams:
        lines.append(
            f"m={stream.kind} {stream.port} {stream.profile} {' '.join(stream.formats)}"
        )
        if stream.port:
            lines += _attributeLines(stream)
    return "\r\n".join((*lines, ""))


def _attributeLines(stream: Stream) -> list[str]:
    """
    What belongs to a stream that we take.
    """
    lines = [f"a=rtpmap:{codec.payload} {codec.name}/8000" for codec in stream.codecs]
    lines += [
        f"a=fmtp:{codec.payload} {codec.events or '0-15'}"
        for codec in stream.codecs
        if codec.name == EVENT
    ]
    return [*lines, "a=ptime:20", f"a={stream.direction}"]
