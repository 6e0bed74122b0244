# -*- test-case-name: tests.sip.echo.test_rtp -*-
"""
The least that RTCP asks for: receiver reports, a name, a goodbye
(RFC 3550 section 6).

Layer 0 (values).
"""

from __future__ import annotations

import struct

_REPORT = struct.Struct("!BBHIIIIIII")
_NAME = b"echo"


def valid(data: bytes) -> bool:
    """
    Whether a datagram starts as RTCP has to (RFC 3550 section A.2).
    """
    return len(data) >= 8 and data[0] >> 6 == 2 and data[1] in (200, 201)


def report(ssrc: int, source: int | None, lost: int, highest: int) -> bytes:
    """
    A receiver report about one source, with our name.

    @param source: the peer's SSRC, C{None} when it was not heard.
    @param lost: packets lost since the start.
    @param highest: the highest sequence number, with its wraps.
    """
    if source is None:
        return _empty(ssrc) + _name(ssrc)
    counts = (min(lost, 0x7FFFFF), highest & 0xFFFFFFFF, 0, 0, 0)
    return _REPORT.pack(0x81, 201, 7, ssrc, source, *counts) + _name(ssrc)


def goodbye(ssrc: int) -> bytes:
    """
    We leave (RFC 3550 section 6.6); the compound starts with a report.
    """
    return _empty(ssrc) + _name(ssrc) + struct.pack("!BBHI", 0x81, 203, 1, ssrc)


def _empty(ssrc: int) -> bytes:
    """
    A receiver report about nobody.
    """
    return struct.pack("!BBHI", 0x80, 201, 1, ssrc)


def _name(ssrc: int) -> bytes:
    """
    Our canonical name: the same for all calls, it tells nothing.
    """
    item = struct.pack("!IBB", ssrc, 1, len(_NAME)) + _NAME
    item += bytes(4 - len(item) % 4)
    return struct.pack("!BBH", 0x81, 202, len(item) // 4) + item
