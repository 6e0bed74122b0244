# -*- test-case-name: tests.dns.test_records -*-
"""
Parse the records of an upstream answer as far as a cache needs them: the places
and values of their times to live.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gigasetd.dns.message import (
    HEADER,
    NOERROR,
    NXDOMAIN,
    OPT,
    RECORD,
    RESPONSE,
    TRUNCATED,
    MalformedMessage,
    Question,
    folded,
    skipName,
)

SOA = 6
ANSWER, AUTHORITATIVE, ADDITIONAL = range(3)

LONGEST = 3600
"""Seconds that an answer is cached at most."""

LONGEST_NEGATIVE = 300
"""The same for a negative answer (RFC 2308 section 5)."""


class Record(NamedTuple):
    """
    The offsets of one record.
    """

    section: int
    start: int
    place: int  #: offset of its time to live
    end: int
    kind: int
    ttl: int  #: seconds


def records(data: bytes) -> Iterator[Record]:
    """
    Parse all records behind the question; each takes at least 11 bytes, so that
    their number is bounded by the message.

    @raise MalformedMessage: one is cut off.
    """
    counts = HEADER.unpack_from(data)[3:]
    at = skipName(data, HEADER.size) + 4
    for section, count in enumerate(counts):
        for _ in range(count):
            start, at = at, skipName(data, at)
            if at + RECORD.size > len(data):
                raise MalformedMessage
            kind, _family, ttl, length = RECORD.unpack_from(data, at)
            end = at + RECORD.size + length
            if end > len(data):
                raise MalformedMessage
            # The highest bit has no meaning (RFC 2181 section 8).
            lasting = 0 if ttl > 0x7FFFFFFF else ttl
            yield Record(section, start, at + 4, end, kind, lasting)
            at = end


def answers(data: bytes, question: Question, ident: int) -> bool:
    """
    Return whether a message answers the query that we sent as C{ident}.
    """
    if len(data) < HEADER.size:
        return False
    got, flags, questions, *_ = HEADER.unpack_from(data)
    wire = data[HEADER.size : HEADER.size + len(question.wire)]
    return (
        got == ident
        and bool(flags & RESPONSE)
        and questions == 1
        and folded(wire) == folded(question.wire)
    )


def code(data: bytes) -> int:
    """
    Return the response code, without its upper bits.
    """
    return data[3] & 0x0F


def cut(data: bytes) -> bool:
    """
    Return whether an answer was truncated (TC).
    """
    return bool(data[2] << 8 & TRUNCATED)


def stripped(data: bytes) -> bytes:
    """
    Remove the OPT record, which is hop by hop, and what follows it.

    @raise MalformedMessage: the answer is cut off.
    """
    counts, end = [0, 0, 0], skipName(data, HEADER.size) + 4
    for record in records(data):
        if record.kind == OPT and record.section != ADDITIONAL:
            raise MalformedMessage
        if record.kind == OPT:
            break
        counts[record.section] += 1
        end = record.end
    ident, flags = HEADER.unpack_from(data)[:2]
    return HEADER.pack(ident, flags, 1, *counts) + data[HEADER.size : end]


def lifetime(data: bytes) -> int:
    """
    Return the seconds that an answer may be cached; C{0} for not at all.

    @param data: without OPT record.
    """
    if code(data) not in (NOERROR, NXDOMAIN) or cut(data):
        return 0
    parsed = list(records(data))
    positive = [record.ttl for record in parsed if record.section == ANSWER]
    if positive and code(data) == NOERROR:
        return min(LONGEST, *positive)
    minima = [
        min(record.ttl, int.from_bytes(data[record.end - 4 : record.end], "big"))
        for record in parsed
        if record.section == AUTHORITATIVE and record.kind == SOA
    ]
    return min(LONGEST_NEGATIVE, *minima) if minima else 0


def aged(data: bytes, seconds: int) -> bytes:
    """
    Reduce the times to live by C{seconds}, and to at most L{LONGEST}.
    """
    left = bytearray(data)
    for record in records(data):
        ttl = max(0, min(record.ttl, LONGEST) - seconds)
        left[record.place : record.place + 4] = ttl.to_bytes(4, "big")
    return bytes(left)


def addressed(data: bytes, question: Question) -> bytes:
    """
    Turn a cached or upstream answer into the answer to C{question}, whose
    spelling may differ.
    """
    wanted = data[2] & 0xFE | question.recursion
    head = question.ident.to_bytes(2, "big") + bytes((wanted,)) + data[3:12]
    return head + question.wire + data[12 + len(question.wire) :]
