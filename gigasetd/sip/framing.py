# -*- test-case-name: tests.sip.test_framing -*-
"""
Cut a stream into messages (RFC 3261 sections 7.5 and 18.3), and the pings
between them (RFC 5626 section 4.4.1).

Only Content-Length says where a message ends: after a message without a valid
one nothing can be read, so this fault ends the stream.

Layer 0 (values).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gigasetd.sip.message.head import MessageFault, MessageLimits
from gigasetd.sip.message.header import number

_LENGTH = re.compile(
    rb"\r\n(?:content-length|l)[ \t]*(?:\r\n[ \t]+)*:([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)",
    re.IGNORECASE,
)
_END = b"\r\n\r\n"
PING = b"\r\n\r\n"
PONG = b"\r\n"
"""The answer to a L{Frame} of kind "ping"."""


class Frame(NamedTuple):
    """
    One unit of a stream.
    """

    kind: str  #: "message", "ping" or "fault"
    data: bytes = b""  #: the whole message; for a fault its head, as far as it came
    fault: MessageFault | None = None  #: for a fault: what to answer before closing


class Framer:
    """
    Cuts one stream into frames; after a fault it takes no more.

    @ivar broken: whether a fault has ended the stream.
    """

    def __init__(self, limits: MessageLimits = MessageLimits()) -> None:
        self.broken = False
        self._limits = limits
        self._buffer = bytearray()
        self._blank = 0  # octets of a ping that have come
        self._scanned = 0  # where the search for the end of the head goes on
        self._needed = 0  # octets of the whole message, once the head is known

    @property
    def pending(self) -> bool:
        """
        Whether part of a message waits for its rest.
        """
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """
        Take octets, and return the frames that are complete with them.

        However many pings C{data} holds, there is one frame for them: one answer
        keeps the flow alive as well as thousands do.
        """
        if self.broken:
            return []
        frames, pinged = [], False
        self._buffer += data
        while self._buffer:
            pinged = self._skip() or pinged
            frame = self._next() if self._buffer else None
            if frame is None:
                break
            frames.append(frame)
        return [Frame("ping"), *frames] if pinged else frames

    def _skip(self) -> bool:
        """
        Drop the line ends before a message.

        @return: whether a whole ping was among them.
        """
        if self._scanned or self._buffer[0] not in PING:
            self._blank = 0
            return False
        # Not octet by octet: 64 KiB of line ends would take 80 ms.
        rest = self._buffer.lstrip(PING)
        blanks = PING[: self._blank] + self._buffer[: len(self._buffer) - len(rest)]
        *pings, last = blanks.split(PING)
        self._blank = 0 if rest else _begun(last)
        self._buffer = rest
        return bool(pings)

    def _next(self) -> Frame | None:
        if not self._needed:
            fault = self._measure()
            if fault is not None:
                return self._break(fault)
        if not self._needed or len(self._buffer) < self._needed:
            return None
        data = bytes(self._buffer[: self._needed])
        del self._buffer[: self._needed]
        self._scanned = self._needed = 0
        return Frame("message", data)

    def _measure(self) -> MessageFault | None:
        # The search for the end of the head goes on where the last one stopped.
        buffer, limits = self._buffer, self._limits
        end = buffer.find(_END, self._scanned, limits.head + len(_END))
        if end < 0:
            self._scanned = max(1, len(buffer) - len(_END) + 1)
            long = len(buffer) >= limits.head + len(_END)
            return MessageFault(400, "Message Too Large") if long else None
        self._scanned = end + len(_END)
        length = contentLength(bytes(buffer[:end]), limits.body)
        if isinstance(length, MessageFault):
            return length
        self._needed = end + len(_END) + length
        return None

    def _break(self, fault: MessageFault) -> Frame:
        # The frame holds as much of the head as may be parsed.
        end = self._buffer.find(_END, 0, self._limits.head + len(_END))
        if end < 0:
            end = max(0, self._buffer.rfind(b"\r\n", 0, self._limits.head))
        head = bytes(self._buffer[:end]) + _END
        self.broken = True
        self._buffer.clear()
        return Frame("fault", head, fault)


def _begun(blanks: bytes) -> int:
    # How many octets of a ping these line ends close with.
    return next(n for n in (3, 2, 1, 0) if blanks.endswith(PING[:n]))


def contentLength(head: bytes, most: int) -> int | MessageFault:
    """
    Return the Content-Length of a message on a stream, in octets.

    @param head: its start line and header lines, as they came.
    @param most: the largest length that is allowed.
    @return: 0 to C{most}, or what is wrong with it.
    """
    lengths = _LENGTH.findall(head)
    if len(lengths) != 1:
        word = "Repeated" if lengths else "Missing"
        return MessageFault(400, f"{word} Content-Length")
    text = lengths[0].replace(b"\r\n", b" ").strip(b" \t").decode("latin-1")
    length = number(text, 10**10)
    if length is None:
        return MessageFault(400, "Bad Content-Length")
    return length if length <= most else MessageFault(400, "Message Too Large")
