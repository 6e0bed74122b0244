# -*- test-case-name: tests.accounts.test_enrolment -*-
"""
What is kept of a password, and how good one is.

Layer 0 (values).
"""

from __future__ import annotations

from hashlib import md5, sha256

ALGORITHMS = ("MD5", "SHA-256")
"""The digest algorithms that SIP phones may be offered (RFC 8760)."""

LONGEST = 128
"""Bytes that a password may have in UTF-8."""

_SHORT = 8
_NARROW = 5
_KNOWN = frozenset(
    "password passwort 12345678 123456789 1234567890 87654321 qwertyui qwertyuiop "
    "qwertzui qwertzuiop 11111111 00000000 iloveyou gigaset1 siemens1 gigasetnet "
    "changeme letmein1 password1 passwort1 sunshine abcd1234 abc12345".split()
)


def ha1(number: str, realm: str, password: str) -> str:
    """
    The hash that stands for the password in SIP digest (RFC 7616 section
    3.4.2, MD5), in hexadecimal.
    """
    text = f"{number}:{realm}:{password}".encode()
    return md5(text, usedforsecurity=False).hexdigest()


def ha1OfSHA256(number: str, realm: str, password: str) -> str:
    """
    The same for SHA-256 (RFC 8760).
    """
    return sha256(f"{number}:{realm}:{password}".encode()).hexdigest()


def tokenHash(token: str) -> str:
    """
    What is kept of a token: 256 random bits need no salt and no slow hash.
    """
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def weakness(password: str, number: str) -> str:
    """
    Why somebody could guess C{password}.

    @return: the end of a sentence, C{""} for a good password.
    """
    if len(password) < _SHORT:
        return f"it has fewer than {_SHORT} characters"
    if number and number in password:
        return "it holds the number"
    if password.lower() in _KNOWN:
        return "it is among the first that are tried"
    if len(set(password)) < _NARROW:
        return f"it has fewer than {_NARROW} different characters"
    return ""
