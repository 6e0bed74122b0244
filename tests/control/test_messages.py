"""
Tests for L{gigasetd.control.messages}.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.control.messages import CHUNK, VerbRequest, chunks, parseRequest
from gigasetd.errors import BadValue


class ParseRequestTests(SynchronousTestCase):
    """
    L{parseRequest}.
    """

    def test_good(self) -> None:
        """
        A request is a verb, and arguments that may be left out.
        """
        line = b'{"verb": "device show", "arguments": {"id": "5"}}'
        self.assertEqual(parseRequest(line), ("device show", {"id": "5"}))
        self.assertEqual(parseRequest(b'{"verb": "status"}\r'), ("status", {}))

    def test_malformed(self) -> None:
        """
        Anything else is refused, however deep it is nested.
        """
        for line in (
            b"",
            b"{",
            b"[]",
            b"7",
            b"\xff\x00",
            b"[" * 100_000,
            b"{}",
            b'{"verb": 3}',
            b'{"verb": "status", "arguments": []}',
        ):
            self.assertRaises(BadValue, parseRequest, line)


class VerbRequestTests(SynchronousTestCase):
    """
    L{VerbRequest}.
    """

    def request(self, **arguments: Any) -> VerbRequest:
        """
        A request with these arguments.
        """
        return VerbRequest(arguments, 0.0)

    def test_text(self) -> None:
        """
        A missing text is empty; another type is refused by its name.
        """
        request = self.request(a="x", b=None, c=7, d="")
        self.assertEqual([request.text(name) for name in "abdz"], ["x", "", "", ""])
        error = self.assertRaises(BadValue, request.text, "c")
        self.assertIn("c must be a text", str(error))

    def test_optional(self) -> None:
        """
        A text may be missing, which asks for a generated one, but not empty.
        """
        request = self.request(number="", password="x", login=7)
        self.assertEqual(request.optional("password"), "x")
        self.assertEqual(request.optional("missing"), "")
        self.assertRaises(BadValue, request.optional, "number")
        self.assertRaises(BadValue, request.optional, "login")

    def test_flag(self) -> None:
        """
        Only C{true} sets an option.
        """
        request = self.request(a=True, b=False, c=1, d="true")
        self.assertEqual([request.flag(name) for name in "abcdz"], [True] + 4 * [False])


class ChunksTests(SynchronousTestCase):
    """
    L{chunks}.
    """

    def test_sizes(self) -> None:
        """
        Every row is in one piece, in order; no piece is empty or too long.
        """
        for count in (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK):
            rows = [{"row": row} for row in range(count)]
            pieces = list(chunks(rows))
            self.assertEqual([row for piece in pieces for row in piece], rows)
            self.assertTrue(all(0 < len(piece) <= CHUNK for piece in pieces))
