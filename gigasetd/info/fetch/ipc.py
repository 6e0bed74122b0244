# -*- test-case-name: tests.info.fetch.test_parserprocess -*-
"""
What goes between the daemon and the process that reads for it: JSON, its
length before it.  A document that has broken the process out of its bounds can
tell lies, and no more.

Layer 0 (values).
"""

from __future__ import annotations

import struct
from typing import Any

import msgspec

LENGTH = struct.Struct("!I")


class ParseRequest(msgspec.Struct):
    """
    A document to read.
    """

    source: str
    key: str
    now: float  #: epoch seconds
    most: int  #: bytes of the body when it is unpacked
    headers: dict[str, str]
    body: bytes


class ParseResult(msgspec.Struct):
    """
    What it holds.
    """

    fault: str = ""
    value: msgspec.Raw = msgspec.Raw(b"null")


def encodeFrame(told: Any) -> bytes:
    """
    A struct as it goes out.
    """
    body = msgspec.json.encode(told)
    return LENGTH.pack(len(body)) + body


def frameLength(head: bytes) -> int:
    """
    The length that comes first.
    """
    return int(LENGTH.unpack(head)[0])
