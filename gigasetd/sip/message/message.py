# -*- test-case-name: tests.sip.message.test_message,tests.sip.message.test_torture -*-
"""
Parse and encode SIP messages (RFC 3261 sections 7 and 25).

Parsing is one pass from octets to lines; values are parsed on demand, and
encoding joins the lines.  The lines keep their order and spelling, so that the
proxy forwards what it does not understand as it came.  A message that breaks
the grammar but can be answered carries its L{Message.fault}; one that cannot
be answered raises L{MalformedSIP}.

Written by hand: C{twisted.protocols.sip} follows RFC 2543, sorts the header lines
by name, keeps none as it came, and installs the reactor when it is imported
(L{gigasetd.sip.compat} offers its shapes).

Layer 0 (values).
"""

from __future__ import annotations

import re

from gigasetd.errors import BadValue
from gigasetd.sip.message.head import MalformedSIP as MalformedSIP
from gigasetd.sip.message.head import MessageFault as MessageFault
from gigasetd.sip.message.head import MessageLimits as MessageLimits
from gigasetd.sip.message.head import divide, unfolded
from gigasetd.sip.message.header import (
    METHODS,
    TOKEN,
    canonical,
    canonicalName,
    number,
    splitList,
)
from gigasetd.sip.message.via import Via, parseVia

_DIGITS = re.compile(r"[0-9]+\Z").match
_CSEQ = re.compile(r"([0-9]{1,10})[ \t]+([A-Za-z0-9.!%*_+`'~-]+)\Z")


class Message:
    """
    The parts that requests and responses share.

    @ivar lines: the header lines, unfolded, in order.
    @ivar keys: the canonical name of each line, in the same order.
    @ivar first: canonical name -> value of its first line.
    @ivar body: the body's octets, as latin-1 text.
    @ivar via: the top Via value.
    @ivar cseq: the CSeq number; -1 when it is broken.
    @ivar cseqMethod: the method in CSeq.
    @ivar fault: what is wrong with the message, else C{None}.
    """

    __slots__ = tuple("body cseq cseqMethod fault first keys lines start via".split())
    start: str
    lines: list[str]
    keys: list[str]
    first: dict[str, str]
    body: str
    via: Via
    cseq: int
    cseqMethod: str
    fault: MessageFault | None

    def get(self, name: str) -> str | None:
        """
        Return the value of the first line of a canonical name, or C{None}.
        """
        return self.first.get(name)

    def all(self, name: str) -> list[str]:
        """
        Return the value of each line of a canonical name, in order.
        """
        count = self.keys.count(name)
        if count < 2:
            return [self.first[name]] if count else []
        return [
            line.partition(":")[2].strip(" \t")
            for key, line in zip(self.keys, self.lines)
            if key == name
        ]

    def values(self, name: str) -> list[str]:
        """
        Return each comma-separated value of each line of a name, in order.

        @raise BadValue: a value has an open quote or bracket.
        """
        return [part for value in self.all(name) for part in splitList(value)]

    def encode(self) -> bytes:
        """
        Encode the message as it came, but unfolded.
        """
        return encode(self.start, self.lines, self.body)


class Request(Message):
    """
    A request.

    @ivar method: as written; methods are case-sensitive.
    @ivar uri: the Request-URI as written.
    """

    __slots__ = ("method", "uri")
    method: str
    uri: str


class Response(Message):
    """
    A response.

    @ivar code: 100 to 699.
    @ivar phrase: the reason phrase.
    """

    __slots__ = ("code", "phrase")
    code: int
    phrase: str


def encode(start: str, lines: list[str], body: str = "") -> bytes:
    """
    Join a start line, header lines and a body.

    @param lines: with a Content-Length for a body.
    """
    return "\r\n".join((start, *lines, "", body)).encode("latin-1")


def parse(data: bytes, limits: MessageLimits = MessageLimits()) -> Request | Response:
    """
    Parse one datagram, or one message that was cut from a stream.

    @raise MalformedSIP: it is no SIP message, or has no usable Via.
    """
    text = data.decode("latin-1").lstrip("\r\n")
    lines, body, fault = divide(text, limits)
    message = _startLine(lines.pop(0))
    message.fault = message.fault or fault
    message.body = body
    # Tabs and blanks at the end of a line, which few phones send.
    odd = " \r" in text or "\t" in text
    if not odd and len(lines) <= limits.headers:
        _readLines(message, lines, limits)
    else:
        _readOddLines(message, lines, limits)
    _readVia(message)
    _readSequence(message)
    length = message.first.get("content-length")
    if length is not None:
        _cutBody(message, length)
    return message


def _startLine(start: str) -> Request | Response:
    parts = start.split(" ")
    if len(parts) == 3 and parts[0] in METHODS and parts[2] == "SIP/2.0":
        return _request(start, parts[0], parts[1], "SIP/2.0")
    if parts[0][:4].upper() == "SIP/":
        return _response(start, parts)
    if len(parts) == 3 and parts[2][:4].upper() == "SIP/":
        return _request(start, parts[0], parts[1], parts[2])
    parts = [part for part in parts if part]
    if len(parts) > 2 and parts[-1].upper() == "SIP/2.0":
        request = _request(start, parts[0], "".join(parts[1:-1]), "SIP/2.0")
        request.fault = MessageFault(400, "Bad Request-Line")
        return request
    raise MalformedSIP("the first line is neither a request nor a status line")


def _request(start: str, method: str, uri: str, version: str) -> Request:
    if method not in METHODS and not TOKEN.match(method):
        raise MalformedSIP("the method is no token")
    request = Request()
    request.start, request.method, request.uri = start, method, uri
    request.fault = None
    if version != "SIP/2.0" and version.upper() != "SIP/2.0":
        request.fault = MessageFault(505, "Version Not Supported")
    elif not uri or uri[0] == "<":
        request.fault = MessageFault(400, "Bad Request-Line")
    return request


def _response(start: str, parts: list[str]) -> Response:
    code = number(parts[1], 699) if len(parts) > 1 and len(parts[1]) == 3 else None
    if parts[0].upper() != "SIP/2.0":
        raise MalformedSIP("the version of a response is not SIP/2.0")
    if code is None or code < 100:
        raise MalformedSIP("the status code is not from 100 to 699")
    response = Response()
    response.start, response.code = start, code
    response.phrase = " ".join(parts[2:])
    response.fault = None
    return response


def _readLines(message: Message, lines: list[str], limits: MessageLimits) -> None:
    keys: list[str] = []
    first: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        key = canonicalName(name)
        if key is None:
            _readOddLines(message, lines, limits)
            return
        keys.append(key)
        if key not in first:
            first[key] = value.lstrip(" ")
        elif key in _ONCE:
            _blameRepeated(message, key)
    message.lines, message.keys, message.first = lines, keys, first


def _blameRepeated(message: Message, key: str) -> None:
    message.fault = message.fault or MessageFault(400, f"Repeated {key.title()}")


def _readOddLines(message: Message, lines: list[str], limits: MessageLimits) -> None:
    # A line is folded, has an unusual name or blanks in unusual places, or is
    # one too many.
    if len(lines) > limits.headers:
        message.fault = message.fault or MessageFault(400, "Too Many Headers")
        del lines[limits.headers :]
    keys: list[str] = []
    first: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        key = canonicalName(name)
        if key is None:
            if line[:1] in (" ", "\t") and keys:
                _readOddLines(message, unfolded(lines), limits)
                return
            key = _name(message, name, colon)
        keys.append(key)
        if key not in first:
            first[key] = value.strip(" \t")
        elif key in _ONCE:
            _blameRepeated(message, key)
    message.lines, message.keys, message.first = lines, keys, first


_NEEDED = ("call-id", "cseq", "from", "to")
_ONCE = frozenset((*_NEEDED, "content-length", "max-forwards"))


def _name(message: Message, name: str, colon: str) -> str:
    # A broken line is a fault; its key is one that no header can have.
    try:
        if colon:
            return canonical(name)
    except BadValue:
        pass
    message.fault = message.fault or MessageFault(400, "Bad Header Line")
    return ""


def _readVia(message: Message) -> None:
    # The top Via is the key of the transaction, and the route of the response.
    value = message.first.get("via")
    if value is None:
        raise MalformedSIP("there is no Via")
    try:
        message.via = parseVia(value)
    except BadValue:
        message.fault = message.fault or MessageFault(400, "Bad Via")
        try:
            # The sender may be right where its parameters are wrong.
            message.via = parseVia(value.partition(";")[0].partition(",")[0])
        except BadValue as error:
            raise MalformedSIP(str(error)) from None


def _readSequence(message: Message) -> None:
    # CSeq, and the headers that every message has (RFC 3261 section 8.1.1).
    get = message.first.get
    digits, _, method = (get("cseq") or "").partition(" ")
    if not (get("call-id") and get("cseq") and get("from") and get("to")):
        _blameMissing(message)
    elif method in METHODS and len(digits) < 10 and _DIGITS(digits):
        message.cseq, message.cseqMethod = int(digits), method
        if isinstance(message, Request) and method != message.method:
            message.fault = message.fault or MessageFault(
                400, "CSeq Names Another Method"
            )
        return
    match = _CSEQ.match(message.first["cseq"])
    message.cseq, message.cseqMethod = -1, ""
    if match is None or int(match[1]) >= 2**31:
        message.fault = message.fault or MessageFault(400, "Bad CSeq")
        return
    message.cseq, message.cseqMethod = int(match[1]), match[2]
    if isinstance(message, Request) and match[2] != message.method:
        message.fault = message.fault or MessageFault(400, "CSeq Names Another Method")


def _blameMissing(message: Message) -> None:
    # A rule that asks for the missing header gets the empty text.
    for name in _NEEDED:
        if not message.first.get(name):
            message.first[name] = ""
            message.fault = message.fault or MessageFault(
                400, f"Missing {name.title()}"
            )


def _cutBody(message: Message, length: str) -> None:
    # A longer body is cut, a shorter one is a fault (RFC 3261 section 18.3).
    if length == str(len(message.body)):
        return
    size = number(length, 2**31 - 1)
    if size is None:
        message.fault = message.fault or MessageFault(400, "Bad Content-Length")
    elif size > len(message.body):
        message.fault = message.fault or MessageFault(
            400, "Body Shorter Than Its Length"
        )
    elif size < len(message.body):
        message.body = message.body[:size]
