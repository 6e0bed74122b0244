# -*- test-case-name: tests.info.fetch.test_ipc -*-
"""
Messages between the daemon and its parser process: JSON after a 4-byte length.

The other side is not trusted: a document that takes the parser process over can
return wrong values, and nothing else.

Layer 0 (values).
"""

from __future__ import annotations

import struct
from typing import Any

import msgspec

LENGTH = struct.Struct("!I")


class ParseRequest(msgspec.Struct):
    """
    A document to parse.
    """

    source: str
    key: str
    now: float  #: epoch seconds
    most: int  #: bytes of the decompressed body
    headers: dict[str, str]
    body: bytes


class ParseResult(msgspec.Struct):
    """
    The document's value, or why there is none.
    """

    fault: str = ""
    value: msgspec.Raw = msgspec.Raw(b"null")


def encodeFrame(message: Any) -> bytes:
    """
    Encode a struct with its length.
    """
    body = msgspec.json.encode(message)
    return LENGTH.pack(len(body)) + body


def frameLength(head: bytes) -> int:
    """
    Decode the length at the head of a frame.
    """
    return int(LENGTH.unpack(head)[0])
