# -*- test-case-name: tests.info.fetch.test_decode -*-
"""
The value of an answer: unpacked, looked at, parsed; whatever is wrong with it
is told in few words, and is its sender's fault.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gigasetd.info.fetch.decompress import SAVED_ENCODING, decompress
from gigasetd.info.sources.interface import RawDocument, Source, SourceError

UNREADABLE = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, SyntaxError,
    AssertionError, EOFError,
)  # fmt: skip
"""What parsers raise for what they can't read; xml.etree a SyntaxError."""


def decode(
    source: Source, body: bytes, headers: Mapping[str, str], key: str, now: float,
    most: int,
) -> Any:  # fmt: skip
    """
    The value that a body holds.

    @param headers: of the answer, names in small letters.
    @param most: bytes of the body when it is unpacked.
    @raise BadSource: it holds none.
    """
    kind = headers.get("content-type", "").strip().lower()
    if kind and source.kinds and not kind.startswith(source.kinds):
        raise SourceError("not the expected kind of document")
    plain = decompress(body, headers.get(SAVED_ENCODING, ""), most)
    try:
        return source.parse(RawDocument(plain, key, now, kind))
    except SourceError:
        raise
    except UNREADABLE:
        raise SourceError("not the expected document") from None
    except (RecursionError, MemoryError):
        raise SourceError("too deep or too large") from None
