"""
Tests for L{gigasetd.sip.echo.rtcp}.
"""

from __future__ import annotations

import struct

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.echo import rtcp
from tests.sip.echo.test_rtp import MINE, packet, reflected, reflector


class ControlTests(SynchronousTestCase):
    """
    RTCP.
    """

    def test_report(self) -> None:
        """
        The phone hears how many of its packets were lost.
        """
        echo = reflector()
        for sequence in (65534, 65535, 2):
            reflected(echo, packet(sequence))
        self.assertEqual((echo.lost(), echo.highest), (2, 65538))
        data = rtcp.report(MINE, 0xABC, echo.lost(), echo.highest)
        self.assertTrue(rtcp.valid(data))
        words = struct.unpack("!8I", data[:32])
        self.assertEqual(words[1:5], (MINE, 0xABC, 2, 65538))
        self.assertEqual(parts(data), [201, 202])

    def test_goodbye(self) -> None:
        """
        A goodbye is a report, a name and a BYE, each as long as it says.
        """
        self.assertEqual(parts(rtcp.goodbye(MINE)), [201, 202, 203])
        self.assertEqual(parts(rtcp.report(MINE, None, 0, 0)), [201, 202])

    def test_invalid(self) -> None:
        """
        RTP on the RTCP port is none.
        """
        self.assertFalse(rtcp.valid(packet()))
        self.assertFalse(rtcp.valid(b""))


def parts(data: bytes) -> list[int]:
    """
    The packet types of a compound.
    """
    found = []
    while data:
        found.append(data[1])
        size = 4 + 4 * int.from_bytes(data[2:4], "big")
        assert len(data) >= size
        data = data[size:]
    return found
