# -*- test-case-name: tests.info.fetch.test_decompress -*-
"""
Unpacks what a web server has compressed, and never more than is of use.

Layer 0 (values).
"""

from __future__ import annotations

import zlib

from gigasetd.info.sources.interface import SourceError

SAVED_ENCODING = "x-packed"  #: where an answer's C{Content-Encoding} is put aside

_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 47}


def decompress(body: bytes, encoding: str, most: int) -> bytes:
    """
    A body as it was before it was compressed.

    @param encoding: C{Content-Encoding}.
    @param most: bytes.
    @raise BadSource: it cannot be read, or is larger than that.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding not in _WINDOWS:
        raise SourceError("compressed in a way that is not known")
    reader = zlib.decompressobj(_WINDOWS[encoding])
    try:
        plain = reader.decompress(body, most + 1)
    except zlib.error:
        raise SourceError("compressed, and broken") from None
    if len(plain) > most:
        raise SourceError("too large")
    if not reader.eof:
        raise SourceError("the answer broke off")
    return plain
