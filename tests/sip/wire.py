"""
What the tests of the grammar are built with.
"""

from __future__ import annotations

import time


def sdp(host: str, origin: str = "") -> str:
    """
    The session description that most of the messages carry.
    """
    return wire(
        f"""v=0
o=mhandley 29739 7272939 IN IP4 {origin or host}
s=-
c=IN IP4 {host}
t=0 0
m=audio 49217 RTP/AVP 0 12
m=video 3227 RTP/AVP 31
a=rtpmap:31 LPC
"""
    )


def wire(text: str) -> str:
    """
    Text with the line ends of the wire.
    """
    return text.replace("\n", "\r\n")


def octets(head: str, body: str = "") -> bytes:
    """
    A message from head and body.
    """
    return (wire(head.lstrip("\n")) + "\r\n" + body).encode("latin-1")


def utf8(hexadecimal: str) -> str:
    """
    Octets as the latin-1 text that carries them.
    """
    return bytes.fromhex(hexadecimal).decode("latin-1")


def broken(
    start: str = "OPTIONS sip:user@example.com SIP/2.0",
    via: str = "SIP/2.0/UDP 192.0.2.15;branch=z9hG4bKkdjuw",
    cseq: str = "8 OPTIONS",
    more: str = "Content-Length: 0",
    body: str = "",
) -> bytes:
    """
    A message that is well-formed but for what is given.
    """
    return octets(
        f"""
{start}
To: sip:j.user@example.com
From: sip:caller@example.net;tag=134161461246
Max-Forwards: 7
Call-ID: 0ha0isndaksdjasdf3234nas
CSeq: {cseq}
Via: {via}
{more}
""",
        body,
    )


class Patience:
    """
    Fails a block that takes longer than linear time would.
    """

    def __enter__(self) -> None:
        self._start = time.process_time()

    def __exit__(self, *exception: object) -> None:
        spent = time.process_time() - self._start
        if exception[0] is None and spent > 0.5:
            raise AssertionError(f"took {spent:.2f} seconds")
