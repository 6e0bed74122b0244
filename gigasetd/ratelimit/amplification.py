# -*- test-case-name: tests.ratelimit.test_amplification -*-
"""
How much may be answered to a datagram whose sender has proven nothing: its address
may be forged, and the answers go to a victim.

Layer 0 (values).
"""

from __future__ import annotations

HEADERS = 28
"""Bytes of the headers of IPv4 and UDP, which each datagram costs beside its data."""

FACTOR = 2.5
"""How much more may be answered than was asked, headers included."""


def room(request: int) -> int:
    """
    Return the bytes of data that one answer may have.

    @param request: bytes of data of the request.
    """
    return int(FACTOR * (request + HEADERS)) - HEADERS


def fits(request: int, *answers: int) -> bool:
    """
    Tell whether answers together are within L{FACTOR}.

    @param request: bytes of data of the request.
    @param answers: bytes of data of each answer.
    """
    return sum(answers) + HEADERS * (len(answers) - 1) <= room(request)
