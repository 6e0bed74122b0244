# -*- test-case-name: tests.dns.test_message -*-
"""
Parse a DNS query, and encode answers without records (RFC 1035 section 4.1,
RFC 6891).

Written by hand beside L{twisted.names.dns}: only what a resolver needs is parsed,
and no pointer is ever followed, so that no message can make us run in circles;
upstream answers are passed on byte for byte.

Layer 0 (values).
"""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

HEADER = Struct("!HHHHHH")
RECORD = Struct("!HHIH")

IN = 1
OPT, ANY = 41, 255
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = range(6)
BADVERS = 16

RESPONSE, AUTHORITY, TRUNCATED = 0x8000, 0x0400, 0x0200
WANTED, AVAILABLE, UNCHECKED = 0x0100, 0x0080, 0x0010
OPCODE = 0x7800
SIGNED = 0x8000
"""The DO bit of the OPT record (RFC 3225)."""

PLAIN = 512
"""Bytes of a datagram to a client without an OPT record."""

LARGEST = 1232
"""Bytes of any datagram: passes every path unfragmented."""

MOST_ADDITIONAL = 4
LONGEST_NAME = 255


class MalformedMessage(Exception):
    """
    A message that is no query.

    @ivar answer: the error to answer, C{None} for no answer.
    """

    def __init__(self, answer: bytes | None = None) -> None:
        super().__init__("no DNS query")
        self.answer = answer


class Question(NamedTuple):
    """
    One question, and what its sender supports.
    """

    ident: int
    name: str  #: in lower case, no dot at the end; "" for the root
    kind: int  #: TYPE
    family: int  #: CLASS
    recursion: bool  #: RD
    unchecked: bool  #: CD (RFC 4035 section 3.2.2)
    wire: bytes  #: the question section as received
    limit: int  #: bytes of a datagram that the sender accepts
    extended: bool  #: whether it sent an OPT record
    signed: bool  #: DO

    @property
    def key(self) -> tuple[bytes, bool, bool]:
        """
        What equal questions have in common.
        """
        return folded(self.wire), self.signed, self.unchecked


def folded(wire: bytes) -> bytes:
    """
    Return a question section with its name in lower case; TYPE and CLASS are no
    letters.
    """
    return wire[:-4].lower() + wire[-4:]


class Extension(NamedTuple):
    """
    The OPT record of a query (RFC 6891 section 6.1).
    """

    size: int
    version: int
    signed: bool


def skipName(data: bytes, at: int) -> int:
    """
    Return the offset behind a name; a pointer ends it.

    @raise MalformedMessage: the name is cut off or too long.
    """
    start = at
    while at < len(data) and at - start < LONGEST_NAME:
        length = data[at]
        if length == 0:
            return at + 1
        if length >= 0xC0:
            return at + 2
        if length > 63:
            break
        at += length + 1
    raise MalformedMessage


def parseQuestion(data: bytes) -> Question:
    """
    Parse a query.

    @raise MalformedMessage: it is none, or of a kind that is not supported.
    """
    if len(data) < HEADER.size:
        raise MalformedMessage
    ident, flags, questions, answers, authorities, more = HEADER.unpack_from(data)
    if flags & RESPONSE:
        raise MalformedMessage
    if flags & OPCODE:
        raise MalformedMessage(error(ident, flags, NOTIMP))
    wrong = MalformedMessage(error(ident, flags, FORMERR))
    if questions != 1 or answers or authorities or more > MOST_ADDITIONAL:
        raise wrong
    try:
        name, at = _name(data)
        extension = _extension(data, at + 4, more)
    except MalformedMessage:
        raise wrong from None
    wire = data[HEADER.size : at + 4]
    question = _question(ident, flags, name, wire, extension)
    if extension and extension.version:
        raise MalformedMessage(finished(plain(question, NOERROR), question, 1))
    return question


def _question(
    ident: int, flags: int, name: str, wire: bytes, extension: Extension | None
) -> Question:
    size = extension.size if extension else PLAIN
    return Question(
        ident,
        name,
        int.from_bytes(wire[-4:-2], "big"),
        int.from_bytes(wire[-2:], "big"),
        bool(flags & WANTED),
        bool(flags & UNCHECKED),
        wire,
        min(max(size, PLAIN), LARGEST),
        extension is not None,
        bool(extension and extension.signed),
    )


def _name(data: bytes) -> tuple[str, int]:
    """
    @return: the name, and the offset behind it.  It is the first name of the
        message, so that a pointer in it could only lead nowhere.
    @raise MalformedMessage: it is cut off, too long, or has a pointer.
    """
    labels, at = [], HEADER.size
    end = skipName(data, at)
    while data[at]:
        if data[at] >= 0xC0:
            raise MalformedMessage
        label = data[at + 1 : at + 1 + data[at]]
        labels.append(label.decode("latin-1").lower().replace(".", "\\046"))
        at += data[at] + 1
    if end + 4 > len(data):
        raise MalformedMessage
    return ".".join(labels), end


def _extension(data: bytes, at: int, count: int) -> Extension | None:
    """
    @return: the OPT record among C{count} records, C{None} where there is none.
    @raise MalformedMessage: a record is cut off, or there are two OPT records.
    """
    option: Extension | None = None
    for _ in range(count):
        at = skipName(data, at)
        if at + RECORD.size > len(data):
            raise MalformedMessage
        kind, size, ttl, length = RECORD.unpack_from(data, at)
        at += RECORD.size + length
        if at > len(data) or (kind == OPT and option):
            raise MalformedMessage
        if kind == OPT:
            option = Extension(size, ttl >> 16 & 0xFF, bool(ttl & SIGNED))
    return option


def error(ident: int, flags: int, code: int) -> bytes:
    """
    Encode an error about a message whose question is unknown.
    """
    flags = RESPONSE | flags & (OPCODE | WANTED) | code
    return HEADER.pack(ident, flags, 0, 0, 0, 0)


def plain(question: Question, code: int, flags: int = AVAILABLE) -> bytes:
    """
    Encode an answer without records.
    """
    flags |= RESPONSE | code
    if question.recursion:
        flags |= WANTED
    return HEADER.pack(question.ident, flags, 1, 0, 0, 0) + question.wire


def finished(
    reply: bytes, question: Question, extendedCode: int = 0, limit: int = 0xFFFF
) -> bytes:
    """
    Complete an answer: with an OPT record for clients that sent one; truncated to
    its header and question where it is too long.

    @param reply: without OPT record.
    @param extendedCode: the upper eight bits of the response code.
    @param limit: bytes that the client or the transport accepts.
    """
    option = _option(question, extendedCode) if question.extended else b""
    if len(reply) + len(option) > limit:
        reply = _truncated(reply, question)
    if not option:
        return reply
    count = int.from_bytes(reply[10:12], "big") + 1
    return reply[:10] + count.to_bytes(2, "big") + reply[12:] + option


def _option(question: Question, extendedCode: int) -> bytes:
    ttl = extendedCode << 24 | (SIGNED if question.signed else 0)
    return b"\0" + RECORD.pack(OPT, LARGEST, ttl, 0)


def _truncated(reply: bytes, question: Question) -> bytes:
    # The TC bit makes the client ask again by TCP.
    flags = int.from_bytes(reply[2:4], "big") | TRUNCATED
    return HEADER.pack(question.ident, flags, 1, 0, 0, 0) + question.wire
