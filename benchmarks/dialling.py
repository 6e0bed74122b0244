"""
SIP messages of the phones of L{benchmarks.phones}.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import md5

from benchmarks.daemon import DOMAIN, PASSWORD, numberOf

URI = f"sip:{DOMAIN}"


def _hash(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


@lru_cache(None)
def _secret(name: str) -> str:
    return _hash(f"{name}:{DOMAIN}:{PASSWORD}")


_METHOD = _hash(f"REGISTER:{URI}")


def digest(name: str, nonce: str, count: int) -> str:
    """
    Write the Authorization line for a challenge; empty without one.

    @param count: how often the nonce has been used, with this.
    """
    if not nonce:
        return ""
    asked = f"{nonce}:{count:08x}:c0ffee:auth:{_METHOD}"
    return (
        f'Authorization: Digest username="{name}", realm="{DOMAIN}", '
        f'nonce="{nonce}", uri="{URI}", algorithm=MD5, qop=auth, '
        f'nc={count:08x}, cnonce="c0ffee", '
        f'response="{_hash(f"{_secret(name)}:{asked}")}"\r\n'
    )


def register(place: str, name: str, serial: int, gone: bool, proof: str) -> bytes:
    """
    Write a REGISTER whose contact has always the same instance, and the serial.

    @param place: C{host:port} of the telephone.
    @param gone: take the registration back instead.
    """
    text = (
        f"REGISTER {URI} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {place};branch=z9hG4bK{serial};rport\r\n"
        f"From: <sip:{name}@{DOMAIN}>;tag={name}\r\n"
        f"To: <sip:{name}@{DOMAIN}>\r\n"
        f"Call-ID: {name}@benchmark\r\n"
        f"CSeq: {serial} REGISTER\r\n"
        f"Contact: <sip:{name}@{place};seq={serial}>"
        f';+sip.instance="<urn:uuid:00000000-0000-4000-8000-0000{name}>"'
        f"{';expires=0' if gone else ''}\r\n"
        f"Max-Forwards: 70\r\n{proof}"
        "User-Agent: benchmark\r\nContent-Length: 0\r\n\r\n"
    )
    return text.encode()


def call(
    method: str, place: str, name: str, callee: int, serial: int, to: str = ""
) -> bytes:
    """
    Write an INVITE, or the ACK of its refusal.

    @param callee: index of the number that is called.
    @param to: the answer's To.
    """
    address = f"sip:{numberOf(callee)}@{DOMAIN}"
    text = (
        f"{method} {address} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {place};branch=z9hG4bK{serial};rport\r\n"
        f"From: <sip:{name}@{DOMAIN}>;tag={serial}\r\n"
        f"To: {to or f'<{address}>'}\r\n"
        f"Call-ID: call-{serial}\r\nCSeq: 1 {method}\r\n"
        f"Contact: <sip:{name}@{place}>\r\n"
        "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    )
    return text.encode()
