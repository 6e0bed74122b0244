# -*- test-case-name: tests.web.http.test_query -*-
"""
Query strings and request targets, from whatever bytes they come in.

Layer 0 (values).
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

MOST = 100  #: parameters that are read
LONGEST = 2048  #: characters of a value; the rest is cut


def parameters(*queries: bytes) -> dict[str, str]:
    """
    Map each parameter's name to its first value.

    Broken percent signs stand for themselves; what is not UTF-8 is read as
    ISO 8859-1.

    @param queries: C{name=value&...}; earlier ones take precedence.
    """
    # COMPAT: phones add their own parameters to every link, even to one that
    # has them already: a name that comes twice is usual.
    values: dict[str, str] = {}
    for query in queries:
        for field in query.split(b"&", MOST)[:MOST]:
            name, _, value = field.partition(b"=")
            if name and len(name) <= 64:
                values.setdefault(_text(name), _text(value))
    return values


def _text(raw: bytes) -> str:
    data = unquote_to_bytes(raw.replace(b"+", b" "))
    try:
        return data.decode("utf-8")[:LONGEST]
    except UnicodeDecodeError:
        return data.decode("latin-1")[:LONGEST]


def splitTarget(target: bytes) -> tuple[bytes, bytes]:
    """
    Split a request target, in origin or absolute form (RFC 9112 section 3.2),
    into path and query.

    @return: the path as of L{plainPath}; the query as it came.
    """
    # The absolute form comes from phones behind a proxy.
    if not target.startswith(b"/") and b"://" in target[:16]:
        rest = target.split(b"://", 1)[1]
        start = min(rest.find(sign) % (len(rest) + 1) for sign in (b"/", b"?"))
        target = rest[start:]
    path, _, query = target.partition(b"?")
    return plainPath(path), query.partition(b"#")[0]


def plainPath(path: bytes) -> bytes:
    """
    Normalise a path: decoded, UTF-8, with a leading slash, without dot
    segments and empty ones.
    """
    # The update index makes phones ask for /device/42/2/../../sifs/..., and
    # neither Twisted nor Klein resolves that.
    text = unquote_to_bytes(path.partition(b"#")[0]).decode("utf-8", "replace")
    segments: list[str] = []
    parts = text.replace("\0", "").split("/")
    for part in parts:
        if part == "..":
            del segments[-1:]
        elif part not in ("", "."):
            segments.append(part)
    end = "/" if segments and parts[-1] in ("", ".", "..") else ""
    return ("/" + "/".join(segments) + end).encode("utf-8")
