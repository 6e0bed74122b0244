# -*- test-case-name: tests.keys.test_sealing -*-
"""
Encryption ("sealing") of stored passwords, so that a stolen database holds none.

A sealed password is C{g1:KEY:BASE64}: eight hexadecimal digits that identify
the key, then nonce, ciphertext and tag of AES-256-GCM (NIST SP 800-38D).  The
account's number is associated data, so that a password that is copied to
another account in the database does not open.

Layer 0 (values).
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = 32
"""Bytes of a key."""

NONCE = 12
"""Bytes of a nonce; each is used once (section 8.2.2: random is enough)."""

_FORM = re.compile(r"g1:[0-9a-f]{8}:[A-Za-z0-9+/]{38,}={0,2}")
_BODY = len("g1:01234567:")


class VaultError(Exception):
    """
    A sealed password cannot be opened: it has another key or number, or is
    damaged.
    """


def sealed(text: str) -> bool:
    """
    Whether a stored password is sealed; C{False} for C{""}.
    """
    return _FORM.fullmatch(text) is not None


def derived(key: bytes, label: str) -> bytes:
    """
    Derive a key for one purpose; C{key} cannot be computed from it.

    @return: 32 bytes.
    """
    return blake2b(
        label.encode(), key=key, digest_size=KEY, person=b"gigasetd"
    ).digest()


class Vault:
    """
    Seals under the newest of its keys, opens under any of them.
    """

    def __init__(self, *keys: bytes) -> None:
        """
        @param keys: newest first, at least one, of L{KEY} bytes each.
        """
        ciphers = {
            f"g1:{derived(key, 'name')[:4].hex()}:": AESGCM(derived(key, "seal"))
            for key in keys
        }
        self._ciphers = ciphers
        self._newest = next(iter(ciphers))

    def seal(self, text: str, number: str, nonce: bytes) -> str:
        """
        Seal a password.

        @param number: of its account.
        @param nonce: L{NONCE} random bytes.
        """
        cipher = self._ciphers[self._newest]
        data = cipher.encrypt(
            nonce, text.encode("utf-8", "surrogatepass"), _for(number)
        )
        return self._newest + b64encode(nonce + data).decode("ascii")

    def open(self, text: str, number: str) -> str:
        """
        Open a sealed password.

        @param number: of its account.
        @raise VaultError: it cannot be opened.
        """
        if not sealed(text):
            raise VaultError("this password is not encrypted")
        cipher = self._ciphers.get(text[:_BODY])
        if cipher is None:
            raise VaultError("this password is encrypted with another key")
        try:
            data = b64decode(text[_BODY:], validate=True)
            opened = cipher.decrypt(data[:NONCE], data[NONCE:], _for(number))
            return opened.decode("utf-8", "surrogatepass")
        except (InvalidTag, ValueError):
            raise VaultError(
                "this password is damaged, or of another account"
            ) from None

    def knows(self, text: str) -> bool:
        """
        Whether a password is sealed under one of the keys.
        """
        return text[:_BODY] in self._ciphers

    def current(self, text: str) -> bool:
        """
        Whether a password is sealed under the newest key.
        """
        return text.startswith(self._newest)


def _for(number: str) -> bytes:
    return f"account {number} password".encode("utf-8", "surrogatepass")
