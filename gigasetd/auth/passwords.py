# -*- test-case-name: tests.auth.test_passwords -*-
"""
The hashes of passwords and tokens, and the strength of a password.

Layer 0 (values).
"""

from __future__ import annotations

from hashlib import md5, sha256

ALGORITHMS = ("MD5", "SHA-256")
"""The digest algorithms that SIP phones can be offered (RFC 8760)."""

LONGEST = 128
"""Bytes of a password in UTF-8 at most."""

_SHORT = 8
_NARROW = 5
_KNOWN = frozenset(
    "password passwort 12345678 123456789 1234567890 87654321 qwertyui qwertyuiop "
    "qwertzui qwertzuiop 11111111 00000000 iloveyou gigaset1 siemens1 gigasetnet "
    "changeme letmein1 password1 passwort1 sunshine abcd1234 abc12345".split()
)


def ha1(number: str, realm: str, password: str) -> str:
    """
    Compute H(A1) of digest authentication with MD5 (RFC 7616 section 3.4.2).

    @return: hexadecimal digits.
    """
    text = f"{number}:{realm}:{password}".encode()
    return md5(text, usedforsecurity=False).hexdigest()


def ha1OfSHA256(number: str, realm: str, password: str) -> str:
    """
    Compute H(A1) of digest authentication with SHA-256 (RFC 8760).
    """
    return sha256(f"{number}:{realm}:{password}".encode()).hexdigest()


def tokenHash(token: str) -> str:
    """
    Hash a token for the store.
    """
    # 256 random bits need no salt and no slow hash.
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def weakness(password: str, number: str) -> str:
    """
    Explain why a password is easy to guess.

    @return: the end of a sentence, C{""} for a strong password.
    """
    if len(password) < _SHORT:
        return f"it has fewer than {_SHORT} characters"
    if number and number in password:
        return "it contains the number"
    if password.lower() in _KNOWN:
        return "it is one of the most common passwords"
    if len(set(password)) < _NARROW:
        return f"it has fewer than {_NARROW} different characters"
    return ""
