"""
Responses carry back what the request brought.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.message.message import Request, parse
from gigasetd.sip.message.response import PHRASES, respond

INVITE = (
    "INVITE sip:1@x SIP/2.0\r\n"
    "v: SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/UDP b;branch=z9hG4bK2\r\n"
    "Via: SIP/2.0/UDP c;branch=z9hG4bK3\r\n"
    "Record-Route: <sip:p;lr>\r\n"
    "f: <sip:2@x>;tag=f\r\n"
    "To: {to}\r\n"
    "Call-ID: c\r\n"
    "Subject: not for you\r\n"
    "CSeq: 1 INVITE\r\n\r\n"
)


def invite(to: str = "<sip:1@x>") -> Request:
    """
    A request with that To.
    """
    parsed = parse(INVITE.format(to=to).encode("latin-1"))
    assert isinstance(parsed, Request)
    return parsed


class RespondTests(SynchronousTestCase):
    """
    Tests for L{respond}.
    """

    def test_whole(self) -> None:
        """
        All Vias in order, the dialog's headers, ours, and a true length.
        """
        data = respond(invite(), 486, toTag="t", headers=["X: y"], body="\xe4")
        self.assertEqual(
            data.decode("latin-1").split("\r\n"),
            [
                "SIP/2.0 486 Busy Here",
                "v: SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/UDP b;branch=z9hG4bK2",
                "Via: SIP/2.0/UDP c;branch=z9hG4bK3",
                "Record-Route: <sip:p;lr>",
                "f: <sip:2@x>;tag=f",
                "To: <sip:1@x>;tag=t",
                "Call-ID: c",
                "CSeq: 1 INVITE",
                "X: y",
                "Content-Length: 1",
                "",
                "\xe4",
            ],
        )

    def test_tags(self) -> None:
        """
        A To gets one tag, whatever its name or URI says.
        """
        for to, wanted in (
            ("<sip:1@x>;tag=old", "<sip:1@x>;tag=old"),
            ("<sip:1@x>; TAG=old", "<sip:1@x>; TAG=old"),
            ('";tag=x" <sip:1@x>', '";tag=x" <sip:1@x>;tag=t'),
            ("<sip:1@x;tag=y>", "<sip:1@x;tag=y>;tag=t"),
        ):
            answer = parse(respond(invite(to), 200, toTag="t"))
            self.assertEqual(answer.get("to"), wanted)
        self.assertEqual(parse(respond(invite(), 100)).get("to"), "<sip:1@x>")

    def test_phrases(self) -> None:
        """
        A phrase of our own stands before IANA's; each code has one.
        """
        start = parse(respond(invite(), 400, "Bad CSeq")).start
        self.assertEqual(start, "SIP/2.0 400 Bad CSeq")
        for code in PHRASES:
            self.assertEqual(parse(respond(invite(), code)).start[8:11], str(code))
