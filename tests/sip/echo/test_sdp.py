"""
Offers are understood, answers mirror them.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import BadValue
from gigasetd.sip.echo.sdp import Codec, parse
from gigasetd.sip.echo.sdpanswer import answer, encode, offer
from tests.sip.echo import offers

HOSTILE = {
    "empty": "",
    "no version": "m=audio 1 RTP/AVP 0\n",
    "short media line": "v=0\nm=audio\n",
    "negative port": "v=0\nm=audio -1 RTP/AVP 0\n",
    "huge port": "v=0\nm=audio 65536 RTP/AVP 0\n",
    "port of other digits": "v=0\nm=audio \xb2 RTP/AVP 0\n",
    "control character": "v=0\nm=audio 1 RTP/AVP 0\x00\n",
    "many streams": "v=0\n" + "m=audio 1 RTP/AVP 0\n" * 17,
    "many formats": "v=0\nm=audio 1 RTP/AVP" + " 0" * 33 + "\n",
    "many lines": "v=0\n" + "a=x\n" * 600,
    "large": "v=0\na=" + "x" * 20000,
    "connection": "v=0\nc=IP4\nm=audio 1 RTP/AVP 0\n",
}


def answered(text: str, port: int = 6000) -> str:
    """
    Our answer to an offer, as text.
    """
    session = parse(text)
    index = session.chosen()
    assert index is not None
    return encode(answer(session, index, port, "10.0.0.1"), "10.0.0.1", 7, 1)


class ParseTests(SynchronousTestCase):
    """
    Tests for L{parse}.
    """

    def test_pjsip(self) -> None:
        """
        What the echo can reflect is found under the numbers of the offer.
        """
        [stream] = parse(offers.PJSIP).streams
        self.assertEqual(
            stream.codecs,
            (
                Codec(8, "PCMA"),
                Codec(0, "PCMU"),
                Codec(9, "G722"),
                Codec(120, "telephone-event", "0-16"),
            ),
        )
        self.assertEqual((stream.host, stream.port), ("127.0.0.1", 4000))

    def test_lineEnds(self) -> None:
        """
        A phone that ends lines by the book and one that doesn't say the same.
        """
        self.assertEqual(parse(offers.PJSIP), parse(offers.PJSIP.replace("\n", "\r\n")))

    def test_staticTypes(self) -> None:
        """
        A Gigaset that leaves the rtpmap of PCMA out is understood.
        """
        [stream] = parse(offers.GIGASET).streams
        self.assertEqual([codec.payload for codec in stream.codecs], [9, 8, 0, 101])
        self.assertEqual(stream.host, "192.168.62.26")

    def test_remapped(self) -> None:
        """
        A static number that the offer gives another meaning is not ours.
        """
        text = "v=0\nm=audio 1 RTP/AVP 8\na=rtpmap:8 PCMA/16000\n"
        self.assertIsNone(parse(text).chosen())

    def test_unusable(self) -> None:
        """
        Encrypted audio, unknown codecs and a refused stream are nothing for
        the echo.
        """
        refused = offers.PJSIP.replace("audio 4000", "audio 0")
        for text in (offers.SECURE, offers.OPUS, refused, "v=0\ns=-\n"):
            self.assertIsNone(parse(text).chosen(), text)

    def test_sixth(self) -> None:
        """
        An IPv6 address is kept in its one usual form.
        """
        self.assertEqual(parse(offers.SIX).streams[0].host, "2001:db8::7")

    def test_noAddress(self) -> None:
        """
        Names are not looked up, and nobody's multicast group gets an echo.
        """
        for host in ("phone.example.com", "239.1.2.3/127"):
            text = offers.SIX.replace("IP6 2001:0DB8:0::7", f"IP4 {host}")
            self.assertEqual(parse(text).streams[0].host, "")

    def test_oldHold(self) -> None:
        """
        An old phone holds by the address 0.0.0.0.
        """
        [stream] = parse(offers.OLD_HOLD).streams
        self.assertEqual((stream.host, stream.direction), ("", "sendonly"))

    def test_sessionDirection(self) -> None:
        """
        A direction above the streams holds for those without their own.
        """
        text = "v=0\na=sendonly\nm=audio 1 RTP/AVP 0\nm=audio 1 RTP/AVP 0\na=recvonly\n"
        self.assertEqual(
            [stream.direction for stream in parse(text).streams],
            ["sendonly", "recvonly"],
        )

    def test_hostile(self) -> None:
        """
        What is broken or too much is refused, by one kind of error.
        """
        for name, text in HOSTILE.items():
            with self.assertRaises(BadValue, msg=name):
                parse(text)


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
