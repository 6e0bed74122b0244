# -*- test-case-name: tests.xmpp.auth.test_sasl -*-
"""
SCRAM as arithmetic, the server's side (RFC 5802, RFC 7677, RFC 9266).

C{scramp} makes the keys; its server is not used, because it knows no
C{tls-exporter}, and asks for an account's keys with the first message already,
so that the time tells for which numbers they have to be made.

Layer 0 (values).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping
from typing import NamedTuple

from scramp import ScramMechanism

from gigasetd.registry.model import Scram
from gigasetd.xmpp.auth.sasl import LoginError, prepared

HASHES = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-1": "sha1"}
"""The mechanisms, the better one first, and their hash functions."""

PLUS = "-PLUS"

ITERATIONS = 10000
"""Rounds that make a guess dear, for phones too: 10 ms of a slow one."""

SALT = 16

_FIRST = re.compile(
    r"(?P<flag>[ny]|p=(?P<binding>[A-Za-z0-9.-]+)),(?:a=(?P<authzid>[^,]*))?,"
    r"(?P<bare>n=(?P<name>[^,\0]+),r=(?P<nonce>[!-+\--~]+)(?:,[A-Za-z]=[^,\0]*)*)"
)
_FINAL = re.compile(
    r"(?P<bare>c=(?P<channel>[^,]+),r=(?P<nonce>[!-+\--~]+)(?:,[A-Za-z]=[^,\0]*)*)"
    r",p=(?P<proof>[^,]+)"
)
_ESCAPED = re.compile("=(?:2C|3D)")


class ClientFirst(NamedTuple):
    """
    The client's first message.
    """

    name: str  #: of the account
    authzid: str  #: whom to act for, "" for oneself
    binding: str  #: the channel binding's type, "" for none
    doubt: bool  #: the client could bind, and believes that we can not
    header: str  #: as it was sent, up to the bare message
    bare: str
    nonce: str


class ClientFinal(NamedTuple):
    """
    The client's last message.
    """

    channel: bytes  #: the header of its first, and the channel binding's data
    nonce: str
    proof: bytes
    bare: str  #: all but the proof, as it was sent


class ScramExchange(NamedTuple):
    """
    An exchange after the server's first message.
    """

    mechanism: str  #: without "-PLUS"
    first: ClientFirst
    challenge: str  #: the server's first message
    nonce: str  #: of both


def parseFirst(message: str) -> ClientFirst:
    """
    Read the client's first message.

    @raise LoginError: it has another form; a C{m=} extension is one.
    """
    found = _FIRST.fullmatch(message)
    if found is None or found["bare"].startswith("m="):
        raise LoginError("malformed-request")
    return ClientFirst(
        _unescaped(found["name"]),
        _unescaped(found["authzid"] or ""),
        found["binding"] or "",
        found["flag"] == "y",
        message[: found.start("bare")],
        found["bare"],
        found["nonce"],
    )


def _unescaped(name: str) -> str:
    """
    Read the escapes of commas and equals signs.

    @raise LoginError: an equals sign begins no escape.
    """
    if "=" in _ESCAPED.sub("", name):
        raise LoginError("malformed-request")
    return name.replace("=2C", ",").replace("=3D", "=")


def begin(
    mechanism: str, first: ClientFirst, nonce: str, salt: str, iterations: int
) -> ScramExchange:
    """
    Answer the client's first message.

    @param nonce: our part of it.
    """
    both = first.nonce + nonce
    return ScramExchange(mechanism, first, f"r={both},s={salt},i={iterations}", both)


def saltOf(key: bytes, mechanism: str, number: str) -> str:
    """
    The salt of a number, whether anybody has it or not, so that nobody can
    tell.
    """
    text = f"{mechanism} {number}".encode("utf-8", "surrogatepass")
    return b64encode(hmac.digest(key, text, "sha256")[:SALT]).decode("ascii")


def keysOf(number: str, mechanism: str, password: str, salt: str) -> Scram:
    """
    What is kept of a password; takes milliseconds.
    """
    text = prepared(password)
    method = ScramMechanism(mechanism)
    _, stored, server, rounds = method.make_auth_info(text, ITERATIONS, b64decode(salt))
    return Scram(
        number,
        mechanism,
        salt,
        rounds,
        b64encode(stored).decode("ascii"),
        b64encode(server).decode("ascii"),
    )


def parseFinal(message: str) -> ClientFinal:
    """
    Read the client's last message.

    @raise LoginError: it has another form.
    """
    found = _FINAL.fullmatch(message)
    if found is None:
        raise LoginError("malformed-request")
    channel, proof = _bytes(found["channel"]), _bytes(found["proof"])
    return ClientFinal(channel, found["nonce"], proof, found["bare"])


def finish(
    exchange: ScramExchange,
    final: ClientFinal,
    keys: Scram,
    bindings: Mapping[str, bytes],
) -> str:
    """
    Check the client's proof.

    @param bindings: channel binding's type -> its data.
    @return: the server's own proof, to go with the success.
    @raise LoginError: it is wrong.
    """
    first = exchange.first
    channel = first.header.encode() + bindings.get(first.binding, b"")
    if not hmac.compare_digest(final.channel, channel):
        raise LoginError
    if not hmac.compare_digest(final.nonce, exchange.nonce):
        raise LoginError
    hash_ = HASHES[exchange.mechanism]
    signed = f"{first.bare},{exchange.challenge},{final.bare}".encode()
    signature = hmac.digest(b64decode(keys.stored), signed, hash_)
    if len(final.proof) != len(signature):
        raise LoginError
    pairs = zip(final.proof, signature, strict=True)
    key = bytes(one ^ other for one, other in pairs)
    if not hmac.compare_digest(
        hashlib.new(hash_, key).digest(), b64decode(keys.stored)
    ):
        raise LoginError
    server = hmac.digest(b64decode(keys.server), signed, hash_)
    return "v=" + b64encode(server).decode("ascii")


def _bytes(text: str) -> bytes:
    """
    Read base64.

    @raise LoginError: it is malformed.
    """
    try:
        return b64decode(text, validate=True)
    except (Error, ValueError):
        raise LoginError("malformed-request") from None
