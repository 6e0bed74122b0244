# -*- test-case-name: tests.auth.test_tokens -*-
"""
Operator tokens, by which scripts and browsers log in as the operator.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.auth.passwords import tokenHash
from gigasetd.errors import BadValue, Conflict, Unknown
from gigasetd.registry.model import Token
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import shown

LONGEST = 64


def addToken(registry: Registry, name: str, secret: str, now: float) -> Token:
    """
    Add a token; only its hash is stored.

    @param secret: the token: 256 random bits, as text.
    @raise BadValue: the name has a wrong form.
    @raise Conflict: the name is in use.
    """
    # The name is the user of HTTP Basic, which ends at a colon (RFC 7617).
    plain = name.isprintable() and name == name.strip() and ":" not in name
    if not (plain and 1 <= len(name) <= LONGEST):
        raise BadValue(
            f"a token's name has 1 to {LONGEST} printable characters, no colon, "
            "and no blank at either end"
        )
    if name in registry.tokens:
        raise Conflict(f"there is already a token {shown(name)}")
    token = Token(name, tokenHash(secret), now)
    registry.put(token)
    return token


def removeToken(registry: Registry, name: str) -> Token:
    """
    Revoke a token.

    @raise Unknown: there is no token of that name.
    """
    token = registry.tokens.get(name)
    if token is None:
        raise Unknown(f"there is no token {shown(name)}")
    registry.drop(token)
    return token
