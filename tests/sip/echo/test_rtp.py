"""
The echo reflects the caller, and nobody else.
"""

from __future__ import annotations

import struct

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.actions import Media
from gigasetd.sip.echo.rtp import BUSIEST, Packet, RTPEcho, parse, plain
from gigasetd.sip.echo.tone import frames

PAYLOADS = ((8, "PCMA"), (101, "telephone-event"))
MEDIA = Media("call", "10.0.0.7", 5004, PAYLOADS, True, "10.0.0.7")
PHONE = ("10.0.0.7", 5004)
MINE = 0xEC40


def packet(
    sequence: int = 1,
    timestamp: int = 160,
    payload: int = 8,
    ssrc: int = 0xABC,
    body: bytes = b"voice",
    first: int = 0x80,
) -> bytes:
    """
    An RTP packet of the phone's.
    """
    return struct.pack("!BBHII", first, payload, sequence, timestamp, ssrc) + body


def reflector(media: Media = MEDIA, greeted: bool = True) -> RTPEcho:
    """
    A call's RTP, its greeting over.
    """
    echo = RTPEcho(media, MINE, 1000, 70000, 0.0)
    echo.greeted = greeted
    return echo


def reflected(
    echo: RTPEcho, data: bytes, source: tuple[str, int] = PHONE, now: float = 1.0
) -> Packet | None:
    """
    What comes back to whoever sent C{data}.
    """
    reply = echo.receive(data, *source, now)
    if reply is None:
        return None
    assert reply[1] == source
    return parse(reply[0])


class ParseTests(SynchronousTestCase):
    """
    Tests for L{parse} and L{plain}.
    """

    def test_parts(self) -> None:
        """
        Contributors, extension and padding are cut off.
        """
        data = packet(first=0xB1, payload=0x80 | 8, body=b"")
        data += b"CSRC" + b"\xbe\xde\x00\x01EXTN" + b"voice" + b"\0\0\3"
        self.assertEqual(parse(data), Packet(8, 128, 1, 160, 0xABC, b"voice"))

    def test_broken(self) -> None:
        """
        What is no RTP, or lies about its lengths, is nothing.
        """
        for data in (
            b"",
            b"\x80" * 11,
            b"OPTIONS sip:x SIP/2.0",
            packet(first=0x00),
            packet(first=0x8F),
            packet(first=0x90, body=b"\xbe\xde\xff\xff"),
            packet(first=0x90, body=b"xy"),
            packet(first=0xA0, body=b"\xff"),
            packet(first=0xA0, body=b"\x00"),
            packet(body=bytes(1500)),
        ):
            self.assertIsNone(parse(data), data[:20])

    def test_plain(self) -> None:
        """
        One address has one form.
        """
        self.assertEqual(plain("::ffff:10.0.0.7"), "10.0.0.7")
        self.assertEqual(plain("fe80::1%eth0"), plain("[FE80:0::1]"))
        self.assertEqual(plain("name"), "name")


class ReflectTests(SynchronousTestCase):
    """
    Tests for L{RTPEcho.receive}.
    """

    def test_ownIdentity(self) -> None:
        """
        The caller hears its own words from a source that is not itself.
        """
        echo = reflector()
        first = reflected(echo, packet(7, 500, 8 | 0x80))
        self.assertEqual(first, Packet(8, 128, 1000, 70000, MINE, b"voice"))

    def test_relative(self) -> None:
        """
        Gaps, order and pauses stay as they were sent, across the wrap.
        """
        echo = reflector()
        times = [(65534, 2**32 - 160), (65535, 0), (2, 480), (1, 320), (3, 9000)]
        got = [reflected(echo, packet(*at)) for at in times]
        self.assertEqual(
            [(one.sequence, one.timestamp) for one in got if one],
            [(1000, 70000), (1001, 70160), (1004, 70640), (1003, 70480), (1005, 79160)],
        )

    def test_keys(self) -> None:
        """
        A key that is pressed comes back as the same key.
        """
        got = reflected(reflector(), packet(payload=101, body=b"\x05\x0a\x00\xa0"))
        assert got is not None
        self.assertEqual((got.payload, got.body), (101, b"\x05\x0a\x00\xa0"))

    def test_notOffered(self) -> None:
        """
        Payload types that were not agreed, and our own packets, are dropped.
        """
        echo = reflector()
        self.assertIsNone(reflected(echo, packet(payload=0)))
        self.assertIsNone(reflected(echo, packet(ssrc=MINE)))
        self.assertEqual((echo.dropped, echo.source), (2, None))

    def test_otherSource(self) -> None:
        """
        A second sender, even from the same house, gets nothing back and ends
        nothing.
        """
        echo = reflector()
        reflected(echo, packet())
        self.assertIsNone(reflected(echo, packet(2), ("10.0.0.7", 6000)))
        self.assertIsNone(reflected(echo, packet(2), ("203.0.113.9", 5004)))
        self.assertIsNotNone(reflected(echo, packet(2)))

    def test_strangerFirst(self) -> None:
        """
        Whoever guesses the port before the phone speaks loses it to the phone.
        """
        echo = reflector()
        self.assertIsNotNone(reflected(echo, packet(), ("203.0.113.9", 4)))
        self.assertIsNotNone(reflected(echo, packet()))
        self.assertIsNone(reflected(echo, packet(2), ("203.0.113.9", 4)))

    def test_behindNAT(self) -> None:
        """
        A phone that offers its private address is heard from its public one.
        """
        echo = reflector(MEDIA._replace(host="192.168.1.5", peer="198.51.100.2"))
        self.assertIsNotNone(reflected(echo, packet(), ("198.51.100.2", 31000)))

    def test_moves(self) -> None:
        """
        After a new offer the phone may send from elsewhere, and a late packet
        from the old port does not keep it out.
        """
        echo = reflector()
        reflected(echo, packet())
        echo.change(MEDIA._replace(port=7000), 2.0)
        self.assertIsNotNone(reflected(echo, packet(2)))
        self.assertIsNotNone(reflected(echo, packet(3), ("10.0.0.7", 7000)))
        self.assertIsNone(reflected(echo, packet(4)))

    def test_hold(self) -> None:
        """
        On hold nothing goes out; afterwards it goes on without a jump.
        """
        echo = reflector()
        reflected(echo, packet(1, 160))
        echo.change(MEDIA._replace(sends=False), 2.0)
        self.assertIsNone(reflected(echo, packet(2, 320)))
        echo.change(MEDIA, 3.0)
        got = reflected(echo, packet(900, 99999))
        assert got is not None
        self.assertEqual((got.sequence, got.timestamp), (1001, 70160))

    def test_flood(self) -> None:
        """
        More packets than a call can have are not sent back.
        """
        echo = reflector()
        got = [reflected(echo, packet(at, at * 160)) for at in range(2 * BUSIEST)]
        self.assertEqual(sum(one is not None for one in got), BUSIEST)
        self.assertIsNotNone(reflected(echo, packet(), now=2.5))

    def test_heard(self) -> None:
        """
        Only the caller's own packets keep the call alive.
        """
        echo = reflector()
        reflected(echo, packet(), now=5.0)
        reflected(echo, packet(), ("203.0.113.9", 4), now=9.0)
        self.assertEqual(echo.lastHeard, 5.0)


class ToneTests(SynchronousTestCase):
    """
    A call in which only the greeting is to be heard.
    """

    def test_mute(self) -> None:
        """
        The greeting is played, and nothing of the caller's comes back.
        """
        echo = reflector(MEDIA._replace(reflects=False), greeted=False)
        self.assertIsNone(reflected(echo, packet()))
        self.assertIsNotNone(echo.greet(1.0))
        echo.greeted = True
        self.assertIsNone(reflected(echo, packet(2, 320)))
        self.assertEqual(echo.dropped, 0)


class GreetingTests(SynchronousTestCase):
    """
    Tests for L{RTPEcho.greet}.
    """

    def play(self, echo: RTPEcho, now: float = 1.0) -> list[Packet]:
        """
        All that the greeting has to say.
        """
        played = []
        while (reply := echo.greet(now)) is not None:
            got = parse(reply[0])
            assert got is not None
            played.append(got)
        return played

    def test_whole(self) -> None:
        """
        The caller hears one second of tone in the codec it likes best, then
        itself, in one stream.
        """
        echo = reflector(greeted=False)
        self.assertIsNone(reflected(echo, packet()))
        played = self.play(echo)
        self.assertEqual(tuple(one.body for one in played), frames("PCMA"))
        self.assertEqual([one.marker for one in played], [128] + [0] * 49)
        self.assertEqual(played[-1].timestamp, 70000 + 49 * 160)
        got = reflected(echo, packet(50, 8000))
        assert got is not None
        self.assertEqual((got.sequence, got.timestamp), (1050, 70000 + 50 * 160))

    def test_firstWord(self) -> None:
        """
        A phone that says nothing first is greeted where its offer says, after
        a moment.
        """
        echo = reflector(greeted=False)
        self.assertIsNone(echo.greet(0.1))
        reply = echo.greet(0.3)
        assert reply is not None
        self.assertEqual(reply[1], PHONE)

    def test_nobodyElse(self) -> None:
        """
        Nobody is sent a tone because somebody else's offer names them, or for
        one packet in their name.
        """
        echo = reflector(MEDIA._replace(host="203.0.113.9"), greeted=False)
        self.assertEqual(self.play(echo), [])
        echo = reflector(greeted=False)
        self.assertIsNotNone(reflected(echo, packet(), ("203.0.113.9", 4)))
        self.assertEqual(self.play(echo), [])

    def test_held(self) -> None:
        """
        Nothing is played to a phone that holds.
        """
        echo = reflector(MEDIA._replace(sends=False), greeted=False)
        self.assertEqual(self.play(echo), [])
