# -*- test-case-name: tests.auth.test_digest -*-
"""
Digest authentication: credentials, responses, nonces, challenges (RFC 3261
section 22, RFC 7616).

Nonces are not stored: each is the time it was made, a serial number, and a keyed
hash of both and of the peer, so that an overheard response is of no use
elsewhere.

Written by hand: C{twisted.cred.credentials} supports neither SHA-256 nor the
form of RFC 2069, does not check nonce counts, and requires C{opaque}, which old
phones leave out.

Layer 0 (values).
"""

from __future__ import annotations

import re
from hashlib import blake2b, md5, sha256
from hmac import compare_digest
from typing import NamedTuple

from gigasetd.auth.quotedstring import unquote

_PART = re.compile(
    r"(?<![A-Za-z-])([A-Za-z-]++)[ \t]*+=[ \t]*+"
    r"(?:\"([^\"\\]*+(?:\\.[^\"\\]*+)*+)\"|([^\", \t]++))"
)


ALGORITHMS = {"MD5": md5, "SHA-256": sha256}
"""Algorithms that are supported (RFC 8760 section 2.1)."""


class Credentials(NamedTuple):
    """
    The contents of an Authorization header.
    """

    username: str
    realm: str
    nonce: str
    uri: str
    response: str  #: hexadecimal, lower case
    algorithm: str  #: upper case; "MD5" when absent
    qop: str  #: lower case; "" for the form of RFC 2069
    nc: str  #: eight hexadecimal digits; "" without qop
    cnonce: str
    opaque: str = ""  #: of the challenge, which old phones leave out

    @property
    def uses(self) -> int:
        """
        The nonce count as a number; 0 without one.
        """
        return int(self.nc, 16) if _COUNT.match(self.nc) else 0


_COUNT = re.compile(r"[0-9A-Fa-f]{8}\Z")


def parseCredentials(value: str) -> Credentials | None:
    """
    Parse the value of an Authorization or Proxy-Authorization header.

    @return: C{None} where it is no Digest, or lacks a parameter that we need.
    """
    if value[:7].lower() != "digest ":
        return None
    parts: dict[str, str] = {}
    for name, quoted, plain in _PART.findall(value, 7):
        parts.setdefault(name.lower(), quoted or plain)
    get = parts.get
    username, nonce, response = get("username"), get("nonce"), get("response")
    if not username or not nonce or not response:
        return None
    if "\\" in username:
        username = unquote(f'"{username}"')
    return Credentials(
        username,
        get("realm", ""),
        nonce,
        get("uri", ""),
        response.lower(),
        get("algorithm", "MD5").upper(),
        get("qop", "").lower(),
        get("nc", ""),
        get("cnonce", ""),
        get("opaque", ""),
    )


def expected(ha1: str, method: str, credentials: Credentials) -> str:
    """
    Calculate the response of a client that knows the password.

    @param ha1: hash of number:realm:password by the credentials' algorithm,
        hexadecimal.
    @raise KeyError: the algorithm is not one of L{ALGORITHMS}.
    """
    hashed = ALGORITHMS[credentials.algorithm]
    ha2 = hashed(f"{method}:{credentials.uri}".encode("latin-1")).hexdigest()
    nonce, qop = credentials.nonce, credentials.qop
    if qop:
        text = f"{ha1}:{nonce}:{credentials.nc}:{credentials.cnonce}:{qop}:{ha2}"
    else:
        # COMPAT: phones of the RFC 2069 age send no qop.
        text = f"{ha1}:{nonce}:{ha2}"
    return hashed(text.encode("latin-1")).hexdigest()


def proves(ha1: str, method: str, credentials: Credentials) -> bool:
    """
    Whether the response was made with the password behind C{ha1}.
    """
    if credentials.algorithm not in ALGORITHMS or credentials.qop not in ("", "auth"):
        return False
    if credentials.qop and not credentials.uses:
        return False
    response = credentials.response.encode("latin-1")
    return compare_digest(expected(ha1, method, credentials).encode(), response)


class Nonces:
    """
    Makes nonces, and recognises its own.

    @ivar lifetime: seconds for which a nonce is good.
    """

    def __init__(self, key: bytes, lifetime: float) -> None:
        self.lifetime = lifetime
        self._hash = blake2b(key=key, digest_size=12)
        self._serial = 0

    def make(self, host: str, now: float) -> str:
        """
        Make a nonce for a peer.

        @param host: names the peer: its address, for SIP also its port and
            connection.
        No two are alike, so that phones behind one NAT do not use up each
        other's nonce count.
        """
        self._serial += 1
        return self._seal(f"{int(now):x}.{self._serial:x}", host)

    def mark(self, host: str, now: float) -> str:
        """
        Make an C{opaque}, which shows later that a challenge was sent to a peer.

        It stays the same for L{lifetime}, and is good for as long again.

        @param host: as for L{make}.
        """
        return self._mark(int(now // self.lifetime), host)

    def marked(self, opaque: str, host: str, now: float) -> bool:
        """
        Whether C{opaque} was made for C{host} not long ago.
        """
        period, text = int(now // self.lifetime), opaque.encode("latin-1", "replace")
        return any(
            compare_digest(text, self._mark(each, host).encode())
            for each in (period, period - 1)
        )

    def _mark(self, period: int, host: str) -> str:
        return self._seal(f"opaque {period}", host).rpartition(".")[2]

    def _seal(self, moment: str, host: str) -> str:
        sealed = self._hash.copy()
        sealed.update(f"{moment} {host}".encode())
        return f"{moment}.{sealed.hexdigest()}"

    def fresh(self, nonce: str, host: str, now: float) -> bool:
        """
        Whether C{nonce} was made for C{host}, and has not expired.
        """
        moment = nonce.rpartition(".")[0]
        try:
            age = now - int(moment.partition(".")[0], 16)
        except (ValueError, OverflowError):
            return False
        if not -2 <= age <= self.lifetime:
            return False
        return compare_digest(
            nonce.encode("latin-1"), self._seal(moment, host).encode()
        )


def serial(nonce: str) -> int:
    """
    Return the serial number of a nonce that is fresh: a later one has a higher.
    """
    return int(nonce.split(".")[1], 16)


def challenge(realm: str, nonce: str, stale: bool, algorithm: str = "MD5") -> str:
    """
    Encode the value of WWW-Authenticate or Proxy-Authenticate.

    @param realm: quoted already.
    @param stale: whether the response was right but its nonce too old.
    """
    late = ", stale=true" if stale else ""
    return (
        f'Digest realm={realm}, nonce="{nonce}", algorithm={algorithm}, '
        f'qop="auth"{late}'
    )


def challengeOnce(realm: str, nonce: str, stale: bool, opaque: str = "") -> str:
    """
    Encode a challenge in the form of RFC 2069, which always gets the same
    response.

    @param realm: quoted already.
    @param stale: as for L{challenge}.
    @param opaque: comes back with the response, and is no part of it; C{""} for
        none.
    """
    late = ", stale=true" if stale else ""
    mark = f', opaque="{opaque}"' if opaque else ""
    return f'Digest realm={realm}, nonce="{nonce}"{mark}, algorithm=MD5{late}'
