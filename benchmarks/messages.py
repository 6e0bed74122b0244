"""
SIP messages as a C430A GO sends them, one device each, for in-process measurements.
"""

from __future__ import annotations

from hashlib import md5

from benchmarks.daemon import DOMAIN, PASSWORD, numberOf
from gigasetd.auth.digest import Credentials, expected

_ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, SUBSCRIBE, NOTIFY, REFER"


def _message(start: str, number: str, to: str, cseq: str, *more: str) -> bytes:
    """
    Write a request with the common header lines.
    """
    lines = [
        start,
        f"Via: SIP/2.0/UDP 192.168.1.7:5060;branch=z9hG4bK{number}{cseq[0]};rport",
        f"From: <sip:{number}@{DOMAIN}>;tag=r{number}",
        f"To: <sip:{to}@{DOMAIN}>",
        f"Call-ID: {number}-6611@192.168.1.7",
        f"CSeq: {cseq}",
        f"Contact: <sip:{number}@192.168.1.7:5060>",
        "Max-Forwards: 70",
        "User-Agent: C430A GO/42.250.00.000.000",
        f"Allow: {_ALLOW}",
    ]
    return "\r\n".join([*lines, *more]).encode("latin-1")


def ha1Of(number: str) -> str:
    """
    Compute what the server stores of the password.
    """
    return md5(f"{number}:{DOMAIN}:{PASSWORD}".encode()).hexdigest()


def _answer(number: str, nonce: str) -> str:
    """
    The Authorization line to a challenge with that nonce.
    """
    uri = f"sip:{DOMAIN}"
    given = Credentials(
        number, DOMAIN, nonce, uri, "", "MD5", "auth", "00000001", f"c{number}"
    )
    response = expected(ha1Of(number), "REGISTER", given)
    return (
        f'Authorization: Digest username="{number}", realm="{DOMAIN}", '
        f'nonce="{nonce}", uri="{uri}", response="{response}", algorithm=MD5, '
        f'cnonce="c{number}", qop=auth, nc=00000001'
    )


def registers(index: int, nonce: str) -> tuple[bytes, bytes]:
    """
    Write the REGISTER without credentials, and the one with credentials for a nonce.
    """
    number = numberOf(index)
    start, end = f"REGISTER sip:{DOMAIN} SIP/2.0", "Content-Length: 0\r\n\r\n"
    asked = _message(start, number, number, "1 REGISTER", "Expires: 3600", end)
    proven = _message(
        start,
        number,
        number,
        "2 REGISTER",
        _answer(number, nonce),
        "Expires: 3600",
        end,
    )
    return asked, proven


def invite(index: int) -> bytes:
    """
    Write an INVITE with an offer.
    """
    body = (
        "v=0\r\no=user 1 1 IN IP4 192.168.1.7\r\ns=-\r\nc=IN IP4 192.168.1.7\r\n"
        "t=0 0\r\nm=audio 5004 RTP/AVP 9 8 0 101\r\na=rtpmap:9 G722/8000\r\n"
        "a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
        "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n"
    )
    to = numberOf(index + 1)
    return _message(
        f"INVITE sip:{to}@{DOMAIN} SIP/2.0",
        numberOf(index),
        to,
        "1 INVITE",
        "Supported: replaces",
        "Content-Type: application/sdp",
        f"Content-Length: {len(body)}\r\n\r\n{body}",
    )
