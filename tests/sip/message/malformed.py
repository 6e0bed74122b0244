"""
The torture messages of RFC 4475 that break the grammar, and the code that
each is answered with.
"""

from __future__ import annotations

from tests.sip.wire import broken, octets, sdp

_INVITE = "INVITE sip:user@example.com SIP/2.0"
_SDP = sdp("192.0.2.15")

FAULTS: dict[str, tuple[int, bytes]] = {
    "badinv01": (
        400,
        broken(_INVITE, "SIP/2.0/UDP 192.0.2.15;;,;,,", "8 INVITE", "l: 152", _SDP),
    ),
    "clerr": (400, broken(_INVITE, cseq="8 INVITE", more="l: 9999", body=_SDP)),
    "ncl": (400, broken(_INVITE, cseq="0 INVITE", more="l: -999", body=_SDP)),
    "ncl-word": (400, broken(more="Content-Length: five")),
    "scalar02": (
        400,
        broken(
            "REGISTER sip:example.com SIP/2.0",
            cseq="36893488147419103232 REGISTER",
            more=f"Expires: 1{'0' * 100}\nContent-Length: 0",
        ),
    ),
    "scalarlg": (
        400,
        broken(
            "SIP/2.0 503 Service Unavailable", cseq="9292394834772304023312 OPTIONS"
        ),
    ),
    "ltgtruri": (400, broken("INVITE <sip:user@example.com> SIP/2.0", cseq="1 INVITE")),
    "lwsruri": (
        400,
        broken("INVITE sip:user@example.com; lr SIP/2.0", cseq="1 INVITE"),
    ),
    "lwsstart": (400, broken("INVITE  sip:user@example.com  SIP/2.0", cseq="1 INVITE")),
    "trws": (400, broken("OPTIONS sip:remote-target@example.com SIP/2.0  ")),
    "badvers": (
        505,
        broken(
            "OPTIONS sip:t.watson@example.org SIP/7.0",
            "SIP/7.0/UDP c.example.com;branch=z9hG4bKkdjuw",
        ),
    ),
    "mismatch01": (400, broken(cseq="8 INVITE")),
    "mismatch02": (
        400,
        broken("NEWMETHOD sip:user@example.com SIP/2.0", cseq="8 INVITE"),
    ),
    "insuf": (
        400,
        octets(
            f"""
{_INVITE}
CSeq: 193942 INVITE
Via: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf
Content-Length: 0
"""
        ),
    ),
    "multi01": (
        400,
        broken(
            _INVITE,
            cseq="5 INVITE",
            more="CSeq: 59 INVITE\nCall-ID: x\nTo: <sip:o@example.net>\nl: 0",
        ),
    ),
    "mcl01": (400, broken(more="Content-Length: 13\nContent-Length: 5", body="a" * 63)),
}
"""Name -> status code, message."""

DROPPED: dict[str, bytes] = {
    "bigcode": broken("SIP/2.0 4294967301 better not break the receiver"),
    "http": b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n",
    "no Via": octets("OPTIONS sip:example.com SIP/2.0\nTo: <sip:a@b>\n"),
    "Via without a host": broken(via="SIP/2.0/UDP ;branch=z9hG4bK"),
    "Via of HTTP": broken(via="HTTP/1.1/TCP example.com"),
    "Via with port 0": broken(via="SIP/2.0/UDP example.com:0"),
    "no method": broken(" sip:user@example.com SIP/2.0"),
    "response of SIP/7.0": broken("SIP/7.0 200 OK"),
    "one octet": b"\0",
    "nothing": b"",
    "only line ends": b"\r\n\r\n\r\n",
    "a line of no end": b"A" * 65535,
}
"""What cannot be answered, or must not be."""
