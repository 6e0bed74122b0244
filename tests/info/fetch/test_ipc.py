"""
Tests of L{gigasetd.info.fetch.ipc}.
"""

from __future__ import annotations

import msgspec
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.fetch.ipc import (
    LENGTH,
    ParseRequest,
    ParseResult,
    encodeFrame,
    frameLength,
)


class FrameTests(SynchronousTestCase):
    """
    Frames between daemon and parser process.
    """

    def test_request(self) -> None:
        """
        The other side gets the document as it was, byte for byte.
        """
        body = bytes(range(256))
        request = ParseRequest("feed", "https://x/é", 1.5, 99, {"etag": '"1"'}, body)
        frame = encodeFrame(request)
        head, rest = frame[: LENGTH.size], frame[LENGTH.size :]
        self.assertEqual(frameLength(head), len(rest))
        self.assertEqual(msgspec.json.decode(rest, type=ParseRequest), request)

    def test_value(self) -> None:
        """
        A value passes as its own JSON; a result without one has none.
        """
        frame = encodeFrame(ParseResult(value=msgspec.Raw(b'["a",1]')))
        result = msgspec.json.decode(frame[LENGTH.size :], type=ParseResult)
        self.assertEqual(
            msgspec.json.decode(result.value, type=tuple[str, int]), ("a", 1)
        )
        empty = encodeFrame(ParseResult("not a feed"))[LENGTH.size :]
        result = msgspec.json.decode(empty, type=ParseResult)
        self.assertEqual((result.fault, bytes(result.value)), ("not a feed", b"null"))

    def test_length(self) -> None:
        """
        The length is unsigned and in network byte order.
        """
        self.assertEqual(frameLength(b"\x00\x00\x01\x02"), 258)
        self.assertEqual(frameLength(b"\xff\xff\xff\xff"), 2**32 - 1)
