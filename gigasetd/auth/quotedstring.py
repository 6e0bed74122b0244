# -*- test-case-name: tests.auth.test_quotedstring -*-
"""
Quoted strings, as SIP, HTTP and digest authentication write them (RFC 3261
section 25.1, RFC 7616 section 3.4).

Layer 0 (values).
"""

from __future__ import annotations

import re


def unquote(value: str) -> str:
    """
    Remove the quotes and backslashes of a quoted string; return any other
    C{value} unchanged.
    """
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    return re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL)


def quote(text: str) -> str:
    """
    Write C{text} as a quoted string; control characters become blanks.
    """
    safe = re.sub(r"[\x00-\x1f\x7f]", " ", text)
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'
