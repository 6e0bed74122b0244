# -*- test-case-name: tests.sip.compat.test_parser -*-
"""
Convert between octets, our messages and those of L{gigasetd.sip.compat.sip}; the
stock C{MessagesParser} over our grammar.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.protocols import sip as stock

from gigasetd.sip.compat.sip import Message, Request, Response
from gigasetd.sip.message import message as ours
from gigasetd.sip.message.head import MessageLimits, unfolded
from gigasetd.sip.message.header import number

_END = b"\r\n\r\n"


def toBytes(message: stock.Message) -> bytes:
    """
    Encode a message; octets that were not UTF-8 come out as they came in.
    """
    text: str = message.toString()
    return text.encode("utf-8", "surrogateescape")


def toText(data: bytes) -> str:
    """
    Decode octets to text that L{toBytes} encodes to the same octets.
    """
    return data.decode("utf-8", "surrogateescape")


def fromOurs(message: ours.Message) -> Request | Response:
    """
    Convert one of our messages to the stock shape.

    @raise ValueError: the Request-URI is neither sip, sips nor tel.
    """
    converted = readHead(ours.encode(message.start, message.lines).rstrip(b"\r\n"))
    converted.body = toText(message.body.encode("latin-1"))
    converted.finished = 1
    return converted


def toOurs(message: stock.Message) -> ours.Request | ours.Response:
    """
    Convert a message of the stock shape to one of ours.

    @raise ours.MalformedSIP: it has no Via, for instance.
    """
    return ours.parse(toBytes(message))


def readHead(head: bytes) -> Request | Response:
    """
    Parse start line and headers; a fold becomes one blank.

    @raise ValueError: they are malformed.
    """
    start, *lines = toText(head).split("\r\n")
    message = _readStart(start)
    for line in unfolded(lines) if lines else ():
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError("a header line has no colon")
        message.addHeader(name, value.strip(" \t"))
    return message


def _readStart(start: str) -> Request | Response:
    first, _, rest = start.partition(" ")
    second, _, third = rest.partition(" ")
    if first.upper() == "SIP/2.0":
        code = number(second, 699)
        if code is None or code < 100:
            raise ValueError("the status code is not from 100 to 699")
        return Response(code, third)
    if third.upper() != "SIP/2.0":
        raise ValueError("the first line is neither a request nor a status line")
    return Request(first, second)


class MessagesParser:
    """
    As the stock parser: C{dataReceived} takes octets, C{dataDone} ends a
    datagram.  A malformed message is dropped, and does not affect the next
    datagram.

    @ivar messageReceived: called with each whole message.
    """

    acceptRequests = True
    acceptResponses = True

    def __init__(
        self,
        messageReceivedCallback: Callable[[Message], object],
        limits: MessageLimits = MessageLimits(),
    ) -> None:
        self.messageReceived = messageReceivedCallback
        self._limits = limits
        self.reset()

    def reset(self, remainingData: bytes = b"") -> None:
        """
        Forget an incomplete message.
        """
        self._buffer = bytearray(remainingData)
        self._message: Request | Response | None = None
        self._scanned = 0
        self._invalid = False

    def dataReceived(self, data: bytes | str) -> None:
        """
        Take octets, and deliver each message that is complete with them.
        """
        if not self._invalid:
            self._buffer += data.encode() if isinstance(data, str) else data
            self._advance()

    def dataDone(self) -> None:
        """
        End the datagram, and with it a body without a length.
        """
        message = self._message
        if message is not None and message.length is None:
            self._finish(message, len(self._buffer))
        self.reset()

    def _advance(self) -> None:
        while not self._invalid and self._buffer:
            message = self._message or self._head()
            if message is None or message.length is None:
                break
            if len(self._buffer) < message.length:
                break
            self._finish(message, message.length)
        if len(self._buffer) > self._limits.head + self._limits.body:
            self._drop()

    def _head(self) -> Request | Response | None:
        buffer = self._buffer
        if not self._scanned:
            del buffer[: len(buffer) - len(buffer.lstrip(b"\r\n"))]
        end = buffer.find(_END, self._scanned)
        if end < 0:
            self._scanned = max(0, len(buffer) - len(_END))
            return None
        try:
            self._message = readHead(bytes(buffer[:end]))
        except ValueError:
            self._drop()
            return None
        del buffer[: end + len(_END)]
        return self._message

    def _finish(self, message: Request | Response, length: int) -> None:
        message.body = toText(bytes(self._buffer[:length]))
        message.finished = 1
        del self._buffer[:length]
        self._message, self._scanned = None, 0
        request = isinstance(message, Request)
        if self.acceptRequests if request else self.acceptResponses:
            self.messageReceived(message)

    def _drop(self) -> None:
        # Until the end of the datagram.
        self.reset()
        self._invalid = True
