# -*- test-case-name: tests.info.fetch.test_decompress -*-
"""
Decompresses a response body up to a size.

Layer 0 (values).
"""

from __future__ import annotations

import zlib

from gigasetd.info.sources.interface import SourceError

SAVED_ENCODING = "x-packed"  #: the response's C{Content-Encoding}, hidden from treq

_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 47}  #: zlib's C{wbits}


def decompress(body: bytes, encoding: str, most: int) -> bytes:
    """
    Decompress a body.

    @param encoding: C{Content-Encoding}.
    @param most: bytes of the result.
    @raise SourceError: the encoding is unknown, the data is damaged or too large.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding not in _WINDOWS:
        raise SourceError("unknown compression")
    reader = zlib.decompressobj(_WINDOWS[encoding])
    try:
        plain = reader.decompress(body, most + 1)
    except zlib.error:
        raise SourceError("damaged compressed data") from None
    if len(plain) > most:
        raise SourceError("the response is too large")
    if not reader.eof:
        raise SourceError("the response is incomplete")
    return plain
