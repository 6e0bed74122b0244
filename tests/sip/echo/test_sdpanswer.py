"""
Tests for L{gigasetd.sip.echo.sdpanswer}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.echo.sdp import parse
from gigasetd.sip.echo.sdpanswer import answer, encode, offer
from tests.sip.echo import offers


def answered(text: str, port: int = 6000) -> str:
    """
    Our answer to an offer, as text.
    """
    session = parse(text)
    index = session.chosen()
    assert index is not None
    return encode(answer(session, index, port, "10.0.0.1"), "10.0.0.1", 7, 1)


class AnswerTests(SynchronousTestCase):
    """
    Tests for L{answer}, L{offer} and L{encode}.
    """

    def test_mirror(self) -> None:
        """
        Hold, and what undoes it, is answered with its counterpart.
        """
        for theirs, ours in (
            ("sendrecv", "sendrecv"),
            ("sendonly", "recvonly"),
            ("recvonly", "sendonly"),
            ("inactive", "inactive"),
        ):
            self.assertIn(f"a={ours}\r\n", answered(offers.held(theirs)))
        self.assertIn("a=recvonly\r\n", answered(offers.OLD_HOLD))

    def test_text(self) -> None:
        """
        The answer to PJSIP's offer, as it leaves.
        """
        self.assertEqual(
            answered(offers.PJSIP).split("\r\n"),
            [
                "v=0",
                "o=- 7 1 IN IP4 10.0.0.1",
                "s=-",
                "c=IN IP4 10.0.0.1",
                "t=0 0",
                "m=audio 6000 RTP/AVP 8 0 9 120",
                "a=rtpmap:8 PCMA/8000",
                "a=rtpmap:0 PCMU/8000",
                "a=rtpmap:9 G722/8000",
                "a=rtpmap:120 telephone-event/8000",
                "a=fmtp:120 0-16",
                "a=ptime:20",
                "a=sendrecv",
                "",
            ],
        )

    def test_everyStream(self) -> None:
        """
        Each m-line is answered, in order, those that we don't take by port 0.
        """
        media = [
            line
            for line in answered(offers.VIDEO).split("\r\n")
            if line.startswith(("m=", "t="))
        ]
        self.assertEqual(
            media,
            [
                "t=3034423619 3042462419",
                "m=video 0 RTP/AVP 97",
                "m=audio 6000 RTP/AVP 0",
                "m=application 0 UDP/BFCP *",
            ],
        )

    def test_sixth(self) -> None:
        """
        Towards IPv6 we say IP6.
        """
        session = answer(parse(offers.SIX), 0, 6000, "::1")
        self.assertIn("c=IN IP6 ::1\r\n", encode(session, "::1", 7, 1))

    def test_answersParse(self) -> None:
        """
        We understand what we say ourselves, so that others can.
        """
        for text in (offers.PJSIP, offers.GIGASET, offers.VIDEO):
            self.assertIsNotNone(parse(answered(text)).chosen())

    def test_ownOffer(self) -> None:
        """
        Where the phone leaves the offer to us, it hears of all we know; later
        of what was agreed, off hold, with the same streams.
        """
        first = encode(offer(None, 0, 6000, "10.0.0.1"), "10.0.0.1", 7, 1)
        self.assertIn("m=audio 6000 RTP/AVP 8 0 9 101\r\n", first)
        said = answer(parse(offers.VIDEO), 1, 6000, "10.0.0.1")
        later = offer(said, 1, 6000, "10.0.0.1")
        self.assertEqual([stream.port for stream in later.streams], [0, 6000, 0])
        self.assertEqual(later.streams[1].direction, "sendrecv")
