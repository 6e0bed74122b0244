# -*- test-case-name: tests.auth.test_tokens -*-
"""
Operator tokens, by which scripts and browsers log in as the operator.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.auth.passwords import tokenHash
from gigasetd.errors import BadValue, Conflict
from gigasetd.registry.model import Token
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import shown

LONGEST = 64

SCOPES = ("admin", "read", "redirect", "metrics")
"""What a token may do: everything; see everything but passwords; use the redirect
API; read the monitoring."""


def mayManage(scope: str) -> bool:
    """
    Whether a token of this scope may do and change everything.
    """
    return scope == "admin"


def mayView(scope: str) -> bool:
    """
    Whether a token of this scope may see the operator's pages, and perform the
    verbs that change nothing.
    """
    return scope in ("admin", "read")


def mayRead(scope: str) -> bool:
    """
    Whether a token of this scope may read the monitoring: C{/metrics}, C{/health}
    and the description of the API.
    """
    return scope in ("admin", "read", "metrics")


def mayRedirect(scope: str) -> bool:
    """
    Whether a token of this scope may use the redirect API.
    """
    return scope in ("admin", "redirect")


def addToken(
    registry: Registry, name: str, secret: str, now: float, scope: str = "admin"
) -> Token:
    """
    Add a token; only its hash is stored.

    @param secret: the token: 256 random bits, as text.
    @param scope: one of L{SCOPES}.
    @raise BadValue: the name has a wrong form, or there is no such scope.
    @raise Conflict: the name is in use.
    """
    # The name is the user of HTTP Basic, which ends at a colon (RFC 7617).
    plain = name.isprintable() and name == name.strip() and ":" not in name
    if not (plain and 1 <= len(name) <= LONGEST):
        raise BadValue(
            f"a token's name has 1 to {LONGEST} printable characters, no colon, "
            "and no blank at either end"
        )
    if scope not in SCOPES:
        raise BadValue(
            f"there is no scope {shown(scope)}: it is one of {', '.join(SCOPES)}"
        )
    if name in registry.tokens:
        raise Conflict(f"there is already a token {shown(name)}")
    token = Token(name, tokenHash(secret), now, scope)
    registry.put(token)
    return token
