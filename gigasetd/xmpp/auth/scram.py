# -*- test-case-name: tests.xmpp.auth.test_scram -*-
"""
The server's side of SCRAM (RFC 5802, RFC 7677, RFC 9266).

C{scramp} makes the keys.  Its server is not used: it lacks C{tls-exporter}, and
it needs an account's keys for the first message already, so that the time would
reveal for which numbers they must be made.

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
"""Mechanism -> its hash function, the better mechanism first."""

PLUS = "-PLUS"

ITERATIONS = 10000
"""Rounds of PBKDF2: guessing is expensive, and a slow phone needs 10 ms."""

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
    authzid: str  #: the authorization identity, "" for none
    binding: str  #: the channel binding's type, "" for none
    doubt: bool  #: flag "y": the client could bind, and believes that we cannot
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
    The state after the server's first message.
    """

    mechanism: str  #: without "-PLUS"
    first: ClientFirst
    challenge: str  #: the server's first message
    nonce: str  #: the client's and ours


def parseFirst(message: str) -> ClientFirst:
    """
    Parse the client's first message.

    @raise LoginError: it is malformed, or has an C{m=} extension.
    """
    match = _FIRST.fullmatch(message)
    if match is None or match["bare"].startswith("m="):
        raise LoginError("malformed-request")
    return ClientFirst(
        _unescaped(match["name"]),
        _unescaped(match["authzid"] or ""),
        match["binding"] or "",
        match["flag"] == "y",
        message[: match.start("bare")],
        match["bare"],
        match["nonce"],
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

    @param nonce: our part of the nonce.
    """
    both = first.nonce + nonce
    return ScramExchange(mechanism, first, f"r={both},s={salt},i={iterations}", both)


def saltOf(key: bytes, mechanism: str, number: str) -> str:
    """
    Make the salt of a number.

    It depends on nothing else, so that it does not reveal whether an account
    exists.

    @param key: a secret of this server.
    """
    text = f"{mechanism} {number}".encode("utf-8", "surrogatepass")
    return b64encode(hmac.digest(key, text, "sha256")[:SALT]).decode("ascii")


def keysOf(number: str, mechanism: str, password: str, salt: str) -> Scram:
    """
    Derive the keys of a password; takes milliseconds.
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
    Parse the client's last message.

    @raise LoginError: it is malformed.
    """
    match = _FINAL.fullmatch(message)
    if match is None:
        raise LoginError("malformed-request")
    channel, proof = _bytes(match["channel"]), _bytes(match["proof"])
    return ClientFinal(channel, match["nonce"], proof, match["bare"])


def finish(
    exchange: ScramExchange,
    final: ClientFinal,
    keys: Scram,
    bindings: Mapping[str, bytes],
) -> str:
    """
    Check the client's proof.

    @param bindings: channel binding's type -> its data.
    @return: the server's proof, to be sent with the success.
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
    key = bytes(left ^ right for left, right in pairs)
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
