# -*- test-case-name: tests.web.http.test_query -*-
"""
What a request asks, out of whatever bytes it came in.

Layer 0 (values).
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

MOST = 100  #: parameters that are looked at
LONGEST = 2048  #: characters kept of one value


def parameters(*queries: bytes) -> dict[str, str]:
    """
    Parameter name -> its first value.

    Phones add their own parameters to every link, those of a link included,
    so that a doubled one is usual.  Broken percent signs stand for
    themselves; what is no UTF-8 is taken for ISO 8859-1.

    @param queries: C{name=value&...}, the first one counts most.
    """
    told: dict[str, str] = {}
    for query in queries:
        for field in query.split(b"&", MOST)[:MOST]:
            name, _, value = field.partition(b"=")
            if name and len(name) <= 64:
                told.setdefault(_text(name), _text(value))
    return told


def _text(raw: bytes) -> str:
    """
    One name or value.
    """
    data = unquote_to_bytes(raw.replace(b"+", b" "))
    try:
        return data.decode("utf-8")[:LONGEST]
    except UnicodeDecodeError:
        return data.decode("latin-1")[:LONGEST]


def splitTarget(target: bytes) -> tuple[bytes, bytes]:
    """
    Path and query of a request target, in origin or absolute form (RFC 9112
    section 3.2); the latter is what a phone behind a proxy sends.

    @return: the path without C{.}, C{..} and empty segments, with a leading
        slash, decoded; the query as it came.
    """
    if not target.startswith(b"/") and b"://" in target[:16]:
        rest = target.split(b"://", 1)[1]
        start = min(rest.find(sign) % (len(rest) + 1) for sign in (b"/", b"?"))
        target = rest[start:]
    path, _, query = target.partition(b"?")
    return plainPath(path), query.partition(b"#")[0]


def plainPath(path: bytes) -> bytes:
    """
    A path as our routes know it: decoded, UTF-8, without dot segments.

    The update index makes phones ask for C{/device/42/2/../../sifs/...}, and
    nothing below resolves that for us.
    """
    text = unquote_to_bytes(path.partition(b"#")[0]).decode("utf-8", "replace")
    kept: list[str] = []
    parts = text.replace("\0", "").split("/")
    for part in parts:
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    end = "/" if kept and parts[-1] in ("", ".", "..") else ""
    return ("/" + "/".join(kept) + end).encode("utf-8")
