# -*- test-case-name: tests.sip.stun.test_message -*-
"""
STUN's Binding request and its response, with the magic cookie (RFC 8489) and
without (RFC 3489), as old phones send it.

A request of RFC 3489 gets the address in four attributes, as the vendor's
server sent it: 48 octets over IPv4.

Written by hand: C{aioice} parses the newer form only and brings two further
packages along, and C{pystun3} is a client.

Layer 0 (values).
"""

from __future__ import annotations

from ipaddress import ip_address
from struct import Struct
from typing import NamedTuple
from zlib import crc32

REQUEST = 0x0001
SUCCESS = 0x0101
ERROR = 0x0111
COOKIE = b"\x21\x12\xa4\x42"
HEADER = 20
"""Octets before the attributes; most requests have none."""
LONGEST = 1280
"""Octets of the longest request that is read (RFC 8489 section 6.1)."""

MAPPED = 0x0001
CHANGE_REQUEST = 0x0003
SOURCE = 0x0004
CHANGED = 0x0005
ERROR_CODE = 0x0009
UNKNOWN = 0x000A
XOR_MAPPED = 0x0020
XOR_MAPPED_OLD = 0x8020
"""XOR_MAPPED's number before RFC 5389, optional for a client."""
FINGERPRINT = 0x8028
MASK = 0x5354554E
REQUIRED = 0x8000
"""Types below this must be understood (RFC 8489 section 14)."""
CHANGES = 0x06
"""CHANGE-REQUEST's "another address" and "another port"."""

# USERNAME, MESSAGE-INTEGRITY and the like have no effect here; attributes of
# responses are known too, and ignored in a request.
KNOWN = frozenset(
    (1, 3, 6, 7, 8, 9, 10, 0x14, 0x15, 0x1C, 0x1D, 0x1E, 0x20)  # RFC 8489, 3489
)

_HEADER = Struct(">HH16s")
_ATTRIBUTE = Struct(">HH")
# Padded with blanks: RFC 3489 knows no other padding.
_PHRASE = b"Unknown Attribute".ljust(20)


class BindingRequest(NamedTuple):
    """
    A Binding request.
    """

    identity: bytes  #: 16 octets, the cookie among them where there is one
    modern: bool  #: RFC 8489, known by its cookie; else RFC 3489
    unknown: tuple[int, ...]  #: attributes that we must know and do not
    change: bool  #: to be answered from another address or port
    fingerprint: bool  #: the answer is to carry one as well


class TransportAddress(NamedTuple):
    """
    An IP address and port.
    """

    packed: bytes  #: 4 or 16 octets
    port: int


def transportAddress(host: str, port: int) -> TransportAddress:
    """
    Return an address; an IPv6 one may carry its scope.

    @raise ValueError: C{host} is a name.
    """
    return TransportAddress(ip_address(host.partition("%")[0]).packed, port)


def parse(data: bytes) -> BindingRequest | None:
    """
    Parse a request.

    @return: C{None} for everything that gets no response: indications,
        responses, and what is malformed (RFC 8489 section 6.3).
    """
    if not HEADER <= len(data) <= LONGEST:
        return None
    kind, length, identity = _HEADER.unpack_from(data)
    if kind != REQUEST or length != len(data) - HEADER or length % 4:
        return None
    attributes = _attributes(data)
    if attributes is None:
        return None
    modern = identity[:4] == COOKIE
    fingerprint = modern and any(kind == FINGERPRINT for kind, _ in attributes)
    if fingerprint and not _isGenuine(data, attributes):
        return None
    return BindingRequest(
        identity, modern, _unknown(attributes), _changes(attributes), fingerprint
    )


def _attributes(data: bytes) -> list[tuple[int, bytes]] | None:
    # None where an attribute reaches over the end.
    attributes: list[tuple[int, bytes]] = []
    at, end = HEADER, len(data)
    while at < end:
        kind, length = _ATTRIBUTE.unpack_from(data, at)
        at += 4
        if at + length > end:
            return None
        attributes.append((kind, data[at : at + length]))
        at += (length + 3) & ~3
    return attributes


def _unknown(attributes: list[tuple[int, bytes]]) -> tuple[int, ...]:
    # The types that we would have to understand, each once.
    kinds = dict.fromkeys(kind for kind, _ in attributes if kind < REQUIRED)
    return tuple(kind for kind in kinds if kind not in KNOWN)


def _changes(attributes: list[tuple[int, bytes]]) -> bool:
    # Whether the response is to come from elsewhere (RFC 3489 section 11.2.4).
    return any(
        kind == CHANGE_REQUEST and len(value) == 4 and value[3] & CHANGES
        for kind, value in attributes
    )


def _isGenuine(data: bytes, attributes: list[tuple[int, bytes]]) -> bool:
    # FINGERPRINT comes last and fits (RFC 8489 section 14.7).
    kind, value = attributes[-1]
    return kind == FINGERPRINT and value == _fingerprint(data[:-8])


def _fingerprint(data: bytes) -> bytes:
    return (crc32(data) ^ MASK).to_bytes(4, "big")


def answer(
    request: BindingRequest, peer: TransportAddress, ours: TransportAddress | None
) -> bytes | None:
    """
    Encode the response to a request.

    @param peer: where the request came from.
    @param ours: the address that it came to, C{None} when it is unknown.
    @return: C{None} for a request of RFC 3489 that asks for a response from
        another address or port: its sender takes silence to mean that nothing
        from there reaches it, which is true.
    """
    if request.change and not request.modern:
        return None
    unknown = request.unknown
    if request.change:
        unknown = (CHANGE_REQUEST, *unknown)
    if unknown:
        return _message(request, ERROR, _error(unknown, request.modern))
    if request.modern:
        return _message(
            request, SUCCESS, _xorAddress(XOR_MAPPED, peer, request.identity)
        )
    return _message(request, SUCCESS, _addresses(request.identity, peer, ours))


def _addresses(
    identity: bytes, peer: TransportAddress, ours: TransportAddress | None
) -> bytes:
    # There is no second address, so CHANGED-ADDRESS repeats the first.
    body = _address(MAPPED, peer)
    if ours is not None and len(ours.packed) == len(peer.packed):
        body += _address(SOURCE, ours) + _address(CHANGED, ours)
        if len(peer.packed) > 4:
            # RFC 3489 knows no IPv6.  With a fourth address the answer would have
            # three times the size of its request, and flood an address that was
            # forged.
            return body
    return body + _xorAddress(XOR_MAPPED_OLD, peer, identity)


def _address(kind: int, address: TransportAddress) -> bytes:
    # RFC 8489 section 14.1.
    family = 1 if len(address.packed) == 4 else 2
    value = bytes((0, family)) + address.port.to_bytes(2, "big") + address.packed
    return _ATTRIBUTE.pack(kind, len(value)) + value


def _xorAddress(kind: int, address: TransportAddress, identity: bytes) -> bytes:
    # Hidden from routers that rewrite what looks like an address (RFC 8489
    # section 14.2).
    port = address.port ^ int.from_bytes(identity[:2], "big")
    packed = bytes(one ^ other for one, other in zip(address.packed, identity))
    return _address(kind, TransportAddress(packed, port))


def _error(unknown: tuple[int, ...], modern: bool) -> bytes:
    if not modern and len(unknown) % 2:
        # RFC 3489 section 11.2.10: one stands twice instead of padding.
        unknown = (*unknown, unknown[-1])
    kinds = b"".join(kind.to_bytes(2, "big") for kind in unknown)
    error = b"\0\0\x04\x14" + _PHRASE
    return (
        _ATTRIBUTE.pack(ERROR_CODE, len(error))
        + error
        + _ATTRIBUTE.pack(UNKNOWN, len(kinds))
        + kinds
        + bytes(-len(kinds) % 4)
    )


def _message(request: BindingRequest, kind: int, body: bytes) -> bytes:
    # With FINGERPRINT where the request has one; the header's length already
    # counts it.
    size = len(body) + (8 if request.fingerprint else 0)
    data = _HEADER.pack(kind, size, request.identity) + body
    if request.fingerprint:
        data += _ATTRIBUTE.pack(FINGERPRINT, 4) + _fingerprint(data)
    return data
