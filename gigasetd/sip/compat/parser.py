# -*- test-case-name: tests.sip.compat.test_parser -*-
"""
Between octets, our messages and those of L{gigasetd.sip.compat.sip}.

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
    A message as octets; what was not UTF-8 comes out as it came in.
    """
    text: str = message.toString()
    return text.encode("utf-8", "surrogateescape")


def toText(data: bytes) -> str:
    """
    Octets as the text that L{toBytes} turns back.
    """
    return data.decode("utf-8", "surrogateescape")


def fromOurs(message: ours.Message) -> Request | Response:
    """
    One of our messages in the stock shape.

    @raise ValueError: the Request-URI is neither sip, sips nor tel.
    """
    found = readHead(ours.encode(message.start, message.lines).rstrip(b"\r\n"))
    found.body = toText(message.body.encode("latin-1"))
    found.finished = 1
    return found


def toOurs(message: stock.Message) -> ours.Request | ours.Response:
    """
    A message in the stock shape as one of ours.

    @raise ours.Malformed: it has no Via, for instance.
    """
    return ours.parse(toBytes(message))


def readHead(head: bytes) -> Request | Response:
    """
    Start line and headers; a fold counts as one blank.

    @raise ValueError: they are not well formed.
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
    """
    An empty message of the right kind.

    @raise ValueError: it is neither a request nor a status line.
    """
    one, _, rest = start.partition(" ")
    two, _, three = rest.partition(" ")
    if one.upper() == "SIP/2.0":
        code = number(two, 699)
        if code is None or code < 100:
            raise ValueError("the status code is not from 100 to 699")
        return Response(code, three)
    if three.upper() != "SIP/2.0":
        raise ValueError("the first line is neither a request nor a status line")
    return Request(one, two)


class MessagesParser:
    """
    As the stock one: fed with C{dataReceived}, told the end of a datagram with
    C{dataDone}.  What is broken is dropped, and leaves nothing behind for the
    next datagram.

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
        Forget a message that is not whole.
        """
        self._buffer = bytearray(remainingData)
        self._message: Request | Response | None = None
        self._scanned = 0
        self._invalid = False

    def dataReceived(self, data: bytes | str) -> None:
        """
        Take some octets, and tell of each message that is whole with them.
        """
        if not self._invalid:
            self._buffer += data.encode() if isinstance(data, str) else data
            self._advance()

    def dataDone(self) -> None:
        """
        The datagram is over, and with it a body that has no length.
        """
        message = self._message
        if message is not None and message.length is None:
            self._finish(message, len(self._buffer))
        self.reset()

    def _advance(self) -> None:
        """
        Take what is whole from the front of the buffer.
        """
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
        """
        Read the head, once all of it is there.
        """
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
        """
        The body is whole: hand the message over.
        """
        message.body = toText(bytes(self._buffer[:length]))
        message.finished = 1
        del self._buffer[:length]
        self._message, self._scanned = None, 0
        request = isinstance(message, Request)
        if self.acceptRequests if request else self.acceptResponses:
            self.messageReceived(message)

    def _drop(self) -> None:
        """
        Ignore the rest of this datagram.
        """
        self.reset()
        self._invalid = True
