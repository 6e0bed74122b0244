# -*- test-case-name: tests.sip.echo.test_sdpanswer -*-
"""
Make our session descriptions: answers that mirror an offer, and offers (RFC
3264 sections 5, 6 and 8).

Layer 0 (values).
"""

from __future__ import annotations

from gigasetd.sip.echo.sdp import EVENT, Codec, MediaDescription, SessionDescription

_MIRROR = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}


def answer(
    theirs: SessionDescription, index: int, port: int, host: str
) -> SessionDescription:
    """
    Answer an offer: accept one stream and reject all others (RFC 3264 section
    6).

    @param index: that of the stream.
    @param port: our RTP port.
    @param host: our address, a literal.
    """
    streams = []
    for at, stream in enumerate(theirs.streams):
        if at == index:
            direction = _MIRROR[stream.direction]
            streams.append(_ours(stream, port, host, direction))
        else:
            streams.append(stream._replace(port=0, formats=stream.formats[:1]))
    return SessionDescription(tuple(streams), theirs.time)


def offer(
    agreed: SessionDescription | None, index: int, port: int, host: str
) -> SessionDescription:
    """
    Make an offer where the peer leaves that to us: all codecs that we know, or
    later what was agreed before, off hold.

    @param agreed: our last description, C{None} before the first.
    """
    if agreed is None:
        return SessionDescription((_ours(_EVERYTHING, port, host, "sendrecv"),))
    streams = list(agreed.streams)
    streams[index] = _ours(streams[index], port, host, "sendrecv")
    return agreed._replace(streams=tuple(streams))


_EVERYTHING = MediaDescription(
    "audio",
    0,
    "RTP/AVP",
    (),
    "",
    "sendrecv",
    (Codec(8, "PCMA"), Codec(0, "PCMU"), Codec(9, "G722"), Codec(101, EVENT, "0-15")),
)


def _ours(
    stream: MediaDescription, port: int, host: str, direction: str
) -> MediaDescription:
    formats = tuple(str(codec.payload) for codec in stream.codecs)
    return stream._replace(port=port, host=host, direction=direction, formats=formats)


def encode(session: SessionDescription, host: str, identity: int, version: int) -> str:
    """
    Encode a description of ours.

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


def _attributeLines(stream: MediaDescription) -> list[str]:
    lines = [f"a=rtpmap:{codec.payload} {codec.name}/8000" for codec in stream.codecs]
    lines += [
        f"a=fmtp:{codec.payload} {codec.events or '0-15'}"
        for codec in stream.codecs
        if codec.name == EVENT
    ]
    return [*lines, "a=ptime:20", f"a={stream.direction}"]
