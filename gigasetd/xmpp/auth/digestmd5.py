# -*- test-case-name: tests.xmpp.auth.test_digestmd5 -*-
"""
DIGEST-MD5 for old phones (RFC 2831), and the digest of XEP-0078.

It is parsed as leniently as phones write it: names of directives in either
case, values with and without quotes, no charset, no realm.

Twisted has only the client's side of it.

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import md5, sha1
from hmac import compare_digest
from typing import NamedTuple

from gigasetd.xmpp.auth.sasl import LoginError

_DIRECTIVE = re.compile(
    r'\s*([A-Za-z-]{1,32})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]*))\s*(?:,|\Z)'
)
_MOST = 32
FOREIGN = "This answers another challenge. Log in again."
_ONCE = frozenset("username nonce cnonce nc qop digest-uri response realm".split())


class DigestResponse(NamedTuple):
    """
    The client's answer to the challenge.
    """

    name: str  #: of the account
    realm: str  #: "" for none
    cnonce: str
    nc: str
    uri: str
    response: str
    authzid: str  #: the authorization identity, "" for none


def challenge(realm: str, nonce: str) -> str:
    """
    Write the challenge.
    """
    return (
        f'realm="{realm}",nonce="{nonce}",qop="auth",charset=utf-8,algorithm=md5-sess'
    )


def directives(message: str) -> dict[str, str]:
    """
    Parse C{name=value} pairs.

    @raise LoginError: they are malformed, or a name is repeated that may not be.
    """
    pairs: dict[str, str] = {}
    at = 0
    while at < len(message):
        pair = _DIRECTIVE.match(message, at)
        if pair is None or len(pairs) >= _MOST:
            raise LoginError("malformed-request")
        name = pair[1].lower()
        if name in pairs and name in _ONCE:
            raise LoginError("malformed-request")
        quoted = pair[2]
        pairs[name] = pair[3] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        at = pair.end()
    return pairs


def parseResponse(message: str, nonce: str) -> DigestResponse:
    """
    Parse the answer to L{challenge}.

    @raise LoginError: it is malformed, or answers another challenge.
    """
    values = directives(message)
    needed = ("username", "nonce", "cnonce", "digest-uri", "response")
    if not all(map(values.get, needed)):
        raise LoginError("malformed-request")
    nc = values.get("nc", "00000001")
    if values.get("qop", "auth") != "auth" or nc != "00000001":
        raise LoginError("malformed-request")
    # COMPAT: phones send the host that they were set up with, which may be
    # any of our names or addresses, so only the service is checked.
    if not values["digest-uri"].lower().startswith("xmpp/"):
        raise LoginError
    if not compare_digest(values["nonce"].encode(), nonce.encode()):
        # With a text it is no guess: it says nothing about the password.
        raise LoginError("not-authorized", FOREIGN)
    return DigestResponse(
        values["username"],
        values.get("realm", ""),
        values["cnonce"],
        nc,
        values["digest-uri"],
        values["response"].lower(),
        values.get("authzid", ""),
    )


def finish(response: DigestResponse, nonce: str, realm: str, password: str) -> str:
    """
    Check a response.

    @param realm: that was offered.
    @return: the server's proof, C{rspauth=...}.
    @raise LoginError: it is wrong.
    """
    if response.realm.lower() not in ("", realm.lower()):
        raise LoginError
    sent = response.response.encode("utf-8", "replace")
    proof = ""
    for secret in _secrets(response, realm, password):
        if compare_digest(_digest(response, nonce, secret, "AUTHENTICATE"), sent):
            proof = _digest(response, nonce, secret, "").decode("ascii")
    if not proof:
        raise LoginError
    return f"rspauth={proof}"


def _secrets(response: DigestResponse, realm: str, password: str) -> Iterator[bytes]:
    """
    Yield the hashes that may stand for the password: clients differ in the
    character set (section 2.1.2.1), and in what a missing realm means.
    """
    realms = {response.realm, realm} if not response.realm else {response.realm}
    for name in sorted(realms):
        text = f"{response.name}:{name}:{password}"
        for charset in ("utf-8", "iso-8859-1"):
            data = text.encode(charset, "replace")
            yield md5(data, usedforsecurity=False).digest()


def _digest(response: DigestResponse, nonce: str, secret: bytes, verb: str) -> bytes:
    a1 = secret + f":{nonce}:{response.cnonce}".encode()
    if response.authzid:
        a1 += f":{response.authzid}".encode()
    a2 = f"{verb}:{response.uri}".encode()
    middle = f"{nonce}:{response.nc}:{response.cnonce}:auth"
    return _hex(f"{_hex(a1).decode()}:{middle}:{_hex(a2).decode()}".encode())


def _hex(data: bytes) -> bytes:
    return md5(data, usedforsecurity=False).hexdigest().encode("ascii")


def matches(digest: str, stream: str, password: str) -> bool:
    """
    Whether a digest of XEP-0078 is of this stream's id and password.
    """
    data = (stream + password).encode("utf-8", "surrogatepass")
    true = sha1(data, usedforsecurity=False).hexdigest().encode("ascii")
    return compare_digest(digest.strip().lower().encode("utf-8", "replace"), true)
