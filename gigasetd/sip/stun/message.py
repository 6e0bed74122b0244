# -*- test-case-name: tests.sip.stun.test_message -*-
"""
STUN's Binding request and its answer, in both of its forms: with the magic
cookie (RFC 8489), and as phones of the first form write it (RFC 3489).

A request of the first form is answered with the address four ways, as the
phones' old server did: 48 octets of attributes over IPv4.

Written by hand: aioice parses the newer form only, and pystun3 is a client.

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
"""Octets before the attributes, which is the whole of most requests."""
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
"""As XOR_MAPPED, but of those numbers that nobody need understand."""
FINGERPRINT = 0x8028
MASK = 0x5354554E
REQUIRED = 0x8000
"""Types below this must be understood (RFC 8489 section 14)."""
CHANGES = 0x06
"""CHANGE-REQUEST's "another address" and "another port"."""

# USERNAME, MESSAGE-INTEGRITY and their kin ask for nothing here; what only an
# answer may hold is known too, and ignored in a request.
KNOWN = frozenset(
    (1, 3, 6, 7, 8, 9, 10, 0x14, 0x15, 0x1C, 0x1D, 0x1E, 0x20)  # RFC 8489, 3489
)

_HEADER = Struct(">HH16s")
_ATTRIBUTE = Struct(">HH")
# Its length counts as long in both forms: the older one knows no padding.
_PHRASE = b"Unknown Attribute".ljust(20)


class Binding(NamedTuple):
    """
    A Binding request.
    """

    identity: bytes  #: 16 octets, the cookie among them where there is one
    modern: bool  #: RFC 8489, known by its cookie; else RFC 3489
    unknown: tuple[int, ...]  #: attributes that we must know and do not
    change: bool  #: to be answered from another address or port
    fingerprint: bool  #: the answer is to carry one as well


class Place(NamedTuple):
    """
    An address as STUN writes it.
    """

    packed: bytes  #: 4 or 16 octets
    port: int


def place(host: str, port: int) -> Place:
    """
    An address; an IPv6 one may carry its scope.

    @raise ValueError: C{host} is a name.
    """
    return Place(ip_address(host.partition("%")[0]).packed, port)


def parse(data: bytes) -> Binding | None:
    """
    Read a request; C{None} for everything that is not to be answered:
    indications, answers, and what is broken (RFC 8489 section 6.3).
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
    return Binding(
        identity, modern, _unknown(attributes), _changes(attributes), fingerprint
    )


def _attributes(data: bytes) -> list[tuple[int, bytes]] | None:
    """
    Type and value of each attribute; C{None} where one reaches over the end.
    """
    found: list[tuple[int, bytes]] = []
    at, end = HEADER, len(data)
    while at < end:
        kind, length = _ATTRIBUTE.unpack_from(data, at)
        at += 4
        if at + length > end:
            return None
        found.append((kind, data[at : at + length]))
        at += (length + 3) & ~3
    return found


def _unknown(attributes: list[tuple[int, bytes]]) -> tuple[int, ...]:
    """
    The types that we would have to know, each once.
    """
    kinds = dict.fromkeys(kind for kind, _ in attributes if kind < REQUIRED)
    return tuple(kind for kind in kinds if kind not in KNOWN)


def _changes(attributes: list[tuple[int, bytes]]) -> bool:
    """
    Whether the answer is to come from elsewhere (RFC 3489 section 11.2.4).
    """
    return any(
        kind == CHANGE_REQUEST and len(value) == 4 and value[3] & CHANGES
        for kind, value in attributes
    )


def _isGenuine(data: bytes, attributes: list[tuple[int, bytes]]) -> bool:
    """
    Whether FINGERPRINT comes last and fits (RFC 8489 section 14.7).
    """
    kind, value = attributes[-1]
    return kind == FINGERPRINT and value == _fingerprint(data[:-8])


def _fingerprint(data: bytes) -> bytes:
    """
    What FINGERPRINT holds behind these octets.
    """
    return (crc32(data) ^ MASK).to_bytes(4, "big")


def answer(request: Binding, peer: Place, ours: Place | None) -> bytes | None:
    """
    The answer to a request; C{None} for one of the first form that asks for
    another address or port: silence tells its sender the truth, that nobody
    there can reach it.

    @param peer: where the request came from.
    @param ours: the address it came to, C{None} when we do not know it.
    """
    if request.change and not request.modern:
        return None
    unknown = request.unknown
    if request.change:
        unknown = (CHANGE_REQUEST, *unknown)
    if unknown:
        return _message(request, ERROR, _refusal(unknown, request.modern))
    if request.modern:
        return _message(request, SUCCESS, _masked(XOR_MAPPED, peer, request.identity))
    return _message(request, SUCCESS, _oldAddresses(request.identity, peer, ours))


def _oldAddresses(identity: bytes, peer: Place, ours: Place | None) -> bytes:
    """
    What a phone of the first form learns.  There is no second address, so
    that CHANGED-ADDRESS names the first once more.
    """
    body = _address(MAPPED, peer)
    if ours is not None and len(ours.packed) == len(peer.packed):
        body += _address(SOURCE, ours) + _address(CHANGED, ours)
    return body + _masked(XOR_MAPPED_OLD, peer, identity)


def _address(kind: int, place: Place) -> bytes:
    """
    One attribute that holds an address (RFC 8489 section 14.1).
    """
    family = 1 if len(place.packed) == 4 else 2
    value = bytes((0, family)) + place.port.to_bytes(2, "big") + place.packed
    return _ATTRIBUTE.pack(kind, len(value)) + value


def _masked(kind: int, place: Place, identity: bytes) -> bytes:
    """
    The same, hidden from routers that rewrite what looks like an address
    (RFC 8489 section 14.2).
    """
    port = place.port ^ int.from_bytes(identity[:2], "big")
    packed = bytes(one ^ other for one, other in zip(place.packed, identity))
    return _address(kind, Place(packed, port))


def _refusal(unknown: tuple[int, ...], modern: bool) -> bytes:
    """
    420, and why.
    """
    if not modern and len(unknown) % 2:
        # RFC 3489 section 11.2.10: one is said twice to fill the gap.
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


def _message(request: Binding, kind: int, body: bytes) -> bytes:
    """
    Header and attributes, with FINGERPRINT where it was asked with one; the
    header's length counts that in already.
    """
    size = len(body) + (8 if request.fingerprint else 0)
    data = _HEADER.pack(kind, size, request.identity) + body
    if request.fingerprint:
        data += _ATTRIBUTE.pack(FINGERPRINT, 4) + _fingerprint(data)
    return data
