# -*- test-case-name: tests.web.http.test_authorization -*-
"""
Tokens in an C{Authorization} header: Basic (RFC 7617) or Bearer (RFC 6750).

Layer 0 (values).
"""

from __future__ import annotations

from base64 import b64decode

CHALLENGES = b'Bearer realm="gigasetd", Basic realm="gigasetd", charset="UTF-8"'
"""C{WWW-Authenticate} of a page that wants a token."""


def tokenCredentials(authorization: str) -> tuple[str, str] | None:
    """
    Parse an C{Authorization} header into name and token; the name is C{""}
    for Bearer.
    """
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return "", value.strip()
    if scheme.lower() != "basic":
        return None
    try:
        name, _, token = b64decode(value.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (name, token) if name else None
