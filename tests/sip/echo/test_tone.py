"""
The greeting is a clean tone in each encoding.
"""

from __future__ import annotations

from hashlib import sha256
from math import cos, pi, sin

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.sip.echo.tone import FRAME, FRAMES, alaw, frames, samples, ulaw


def fromAlaw(code: int) -> int:
    """
    An A-law octet as a sample (ITU-T G.711 table 1).
    """
    code ^= 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    size = (mantissa * 2 + 1) << 3
    if exponent:
        size = (mantissa * 2 + 33) << (exponent + 2)
    return size if code & 0x80 else -size


def fromUlaw(code: int) -> int:
    """
    A mu-law octet as a sample (ITU-T G.711 table 2).
    """
    code = ~code & 0xFF
    size = ((((code & 15) << 3) + 132) << ((code >> 4) & 7)) - 132
    return -size if code & 0x80 else size


def power(heard: list[int], pitch: float) -> float:
    """
    How much of the signal is at that pitch, as a part of the whole.
    """
    turn = 2 * pi * pitch / 8000
    real = sum(sample * cos(turn * at) for at, sample in enumerate(heard))
    other = sum(sample * sin(turn * at) for at, sample in enumerate(heard))
    return 2 * (real**2 + other**2) / len(heard) / sum(one**2 for one in heard)


class ToneTests(SynchronousTestCase):
    """
    Tests for L{frames}.
    """

    def test_oneSecond(self) -> None:
        """
        Each encoding has fifty packets of twenty milliseconds.
        """
        for encoding in ("PCMA", "PCMU", "G722"):
            self.assertEqual(
                [len(frame) for frame in frames(encoding)], [FRAME] * FRAMES
            )

    def test_noTone(self) -> None:
        """
        Keys have no tone.
        """
        self.assertEqual(frames("telephone-event"), ())

    def test_companded(self) -> None:
        """
        Decoded, A-law and mu-law are the tone again, to within their steps.
        """
        for encoding, decode in (("PCMA", fromAlaw), ("PCMU", fromUlaw)):
            heard = [decode(code) for code in b"".join(frames(encoding))]
            for mine, theirs in zip(samples(), heard):
                self.assertLessEqual(abs(mine - theirs), max(abs(mine) / 16, 16))
            self.assertGreater(power(heard, 440), 0.9)
            self.assertLess(power(heard, 880), 0.01)

    def test_everyCode(self) -> None:
        """
        Each step of A-law and mu-law has its own code; mu-law's two zeros are
        one.
        """
        every = range(256)
        self.assertEqual(list(alaw([fromAlaw(code) for code in every])), list(every))
        again = list(ulaw([fromUlaw(code) for code in every]))
        self.assertEqual(again, [0xFF if code == 0x7F else code for code in every])

    def test_softEdges(self) -> None:
        """
        The tone neither starts nor ends with a click.
        """
        tone = samples()
        self.assertLess(max(map(abs, tone[:4] + tone[-4:])), 500)

    def test_wideband(self) -> None:
        """
        The G.722 octets are those that FFmpeg's decoder turned into the tone
        with 57 dB between it and everything else.
        """
        data = b"".join(frames("G722"))
        self.assertEqual(sha256(data).hexdigest(), DIGEST)


DIGEST = "0b28b1bbfe3b88e6f40de0154d21b2addbf55105e7473692a9aa353560273b25"
