# -*- test-case-name: tests.info.fetch.test_decode -*-
"""
Turns a response into a value: decompress, check the media type, parse. Errors
name what is wrong with the document in a few words.

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
"""What parsers raise on malformed input; xml.etree raises a SyntaxError."""


def decode(
    source: Source, body: bytes, headers: Mapping[str, str], key: str, now: float,
    most: int,
) -> Any:  # fmt: skip
    """
    Return the value that a response body holds.

    @param headers: of the response, names in lower case.
    @param most: bytes of the decompressed body.
    @raise SourceError: it is not a document of that source.
    """
    kind = headers.get("content-type", "").strip().lower()
    if kind and source.kinds and not kind.startswith(source.kinds):
        raise SourceError("unexpected content type")
    plain = decompress(body, headers.get(SAVED_ENCODING, ""), most)
    try:
        return source.parse(RawDocument(plain, key, now, kind))
    except SourceError:
        raise
    except UNREADABLE:
        raise SourceError("unexpected document format") from None
    except (RecursionError, MemoryError):
        raise SourceError("the document is too deep or too large") from None
