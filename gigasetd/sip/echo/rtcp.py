# -*- test-case-name: tests.sip.echo.test_rtcp -*-
"""
Encode the RTCP that every session needs: receiver reports, CNAME, BYE (RFC 3550
section 6).

Layer 0 (values).
"""

from __future__ import annotations

import struct

_REPORT = struct.Struct("!BBHIIIIIII")
_CNAME = b"echo"


def valid(data: bytes) -> bool:
    """
    Whether a datagram begins as RTCP must (RFC 3550 section A.2).
    """
    return len(data) >= 8 and data[0] >> 6 == 2 and data[1] in (200, 201)


def report(ssrc: int, source: int | None, lost: int, highest: int) -> bytes:
    """
    Encode a receiver report about one source, with our CNAME.

    @param source: the peer's SSRC, C{None} before its first packet.
    @param lost: packets lost since the start.
    @param highest: the highest sequence number, with its wraps.
    """
    if source is None:
        return _empty(ssrc) + _cname(ssrc)
    counts = (min(lost, 0x7FFFFF), highest & 0xFFFFFFFF, 0, 0, 0)
    return _REPORT.pack(0x81, 201, 7, ssrc, source, *counts) + _cname(ssrc)


def goodbye(ssrc: int) -> bytes:
    """
    Encode a BYE (RFC 3550 section 6.6); the compound begins with a report.
    """
    return _empty(ssrc) + _cname(ssrc) + struct.pack("!BBHI", 0x81, 203, 1, ssrc)


def _empty(ssrc: int) -> bytes:
    return struct.pack("!BBHI", 0x80, 201, 1, ssrc)


def _cname(ssrc: int) -> bytes:
    # The same for all calls, so that it identifies none.
    item = struct.pack("!IBB", ssrc, 1, len(_CNAME)) + _CNAME
    item += bytes(4 - len(item) % 4)
    return struct.pack("!BBH", 0x81, 202, len(item) // 4) + item
