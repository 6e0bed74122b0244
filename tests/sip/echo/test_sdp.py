"""
Offers are understood, answers mirror them.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import BadValue
from gigasetd.sip.echo.sdp import Codec, parse
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
