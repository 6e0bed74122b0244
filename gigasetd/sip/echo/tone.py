# -*- test-case-name: tests.sip.echo.test_tone -*-
"""
The greeting: one second of 440 Hz that swells and fades, as RTP payloads of
20 milliseconds (ITU-T G.711 and G.722).

G.722 splits its band in two.  A tone lies in the lower half, so the samples
of that half are computed directly, without the filter that would split them,
and the upper half is coded as silence.

Written by hand: Python 3.13 has no C{audioop} any more, which knew no G.722
either.

Layer 0 (values).
"""

from __future__ import annotations

from functools import lru_cache
from math import pi, sin

RATE = 8000
FRAME = 160
"""Octets, and RTP clock ticks, in a frame of any of the three encodings."""

FRAMES = 50
_PITCH = 440.0
_PEAK = 9000


def samples() -> list[int]:
    """
    Return the tone as 16-bit samples, 8,000 a second.
    """
    count = FRAMES * FRAME
    return [
        round(_PEAK * sin(pi * at / count) ** 0.5 * sin(2 * pi * _PITCH * at / RATE))
        for at in range(count)
    ]


@lru_cache(4)
def frames(encoding: str) -> tuple[bytes, ...]:
    """
    Return the tone in an encoding, "PCMA", "PCMU" or "G722"; nothing in others.

    G722 takes a tenth of a second to compute: call this once before the first
    call comes.
    """
    encode = {"PCMA": alaw, "PCMU": ulaw, "G722": g722}.get(encoding)
    if encode is None:
        return ()
    data = encode(samples())
    return tuple(data[at : at + FRAME] for at in range(0, len(data), FRAME))


def alaw(tone: list[int]) -> bytes:
    """
    Encode by G.711 A-law: sign, three bits of exponent, four of mantissa, every
    second bit inverted.
    """
    return bytes(_alaw(sample) for sample in tone)


def _alaw(sample: int) -> int:
    sign = 0x80 if sample >= 0 else 0
    size = min(sample if sample >= 0 else ~sample, 32767) >> 4
    exponent = max(size.bit_length() - 4, 1)
    # Below 16 there is no leading bit to leave out: exponent 0.
    mantissa = ((size >> (exponent - 1)) & 15) | (exponent << 4)
    return ((mantissa if size >= 16 else size) | sign) ^ 0x55


def ulaw(tone: list[int]) -> bytes:
    """
    Encode by G.711 mu-law: the same with a bias of 33 steps, all bits inverted.
    """
    return bytes(_ulaw(sample) for sample in tone)


def _ulaw(sample: int) -> int:
    sign = 0x80 if sample < 0 else 0
    size = min(abs(sample), 32635) + 132
    exponent = size.bit_length() - 8
    return ~(sign | (exponent << 4) | ((size >> (exponent + 3)) & 15)) & 0xFF


def g722(tone: list[int]) -> bytes:
    """
    Encode by G.722 at 64 kbit/s: six bits of the lower half, two of the upper.
    """
    band = _LowerBand()
    # The filter of a real encoder halves what lies in the lower half.
    return bytes(_SILENT | band.encode(sample >> 1) for sample in tone)


_SILENT = 0b11 << 6
"""In the upper half: the smallest step up, which its decoder rounds to 0."""

_LEVELS = (
    *(0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650),
    *(714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980),
    *(2195, 2557, 2919),
)
"""Decision levels of the quantizer, in eighths of a step (table 14)."""

_OUTPUT = (
    *(0, -20456, -12896, -8968, -6288, -4240, -2584, -1200),
    *(20456, 12896, 8968, 6288, 4240, 2584, 1200, 0),
)
"""The values of the four upper bits of a code."""

_WEIGHT = (
    *(-60, 3042, 1198, 538, 334, 172, 58, -30),
    *(3042, 1198, 538, 334, 172, 58, -30, -60),
)
"""By the same four bits: the change of the logarithm of the step."""

_POWER = (
    *(2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543),
    *(2599, 2656, 2714, 2774, 2834, 2896, 2960, 3025, 3091, 3158, 3228),
    *(3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008),
)
"""2048 times two to the power of 0/32, 1/32, ... 31/32."""


def _clip(value: int) -> int:
    return max(-32768, min(32767, value))


class _LowerBand:
    """
    The adaptive encoder of the lower half (G.722 section 3).
    """

    def __init__(self) -> None:
        self._step, self._log = 32, 0
        self._guess = self._zeros = 0
        self._poles = [0, 0]
        self._weights = [0] * 6
        self._differences = [0] * 6
        self._rebuilt = self._before = 0
        self._partial = [0, 0]

    def encode(self, sample: int) -> int:
        """
        Encode a sample of 15 bits as a code of six.
        """
        error = _clip(sample - self._guess)
        size = error if error >= 0 else ~error
        place = 1
        while place < 30 and size >= (_LEVELS[place] * self._step) >> 12:
            place += 1
        code = _code(place, error < 0)
        self._adapt((self._step * _OUTPUT[code >> 2]) >> 15, code >> 2)
        return code

    def _adapt(self, difference: int, coarse: int) -> None:
        # As the decoder does: step, predictors, next prediction.
        log = ((self._log * 127) >> 7) + _WEIGHT[coarse]
        self._log = max(0, min(18432, log))
        shift = 8 - (self._log >> 11)
        power = _POWER[(self._log >> 6) & 31]
        self._step = (power << -shift if shift < 0 else power >> shift) << 2
        rebuilt = _clip(self._guess + difference)
        partial = _clip(self._zeros + difference)
        self._movePoles(partial)
        self._moveZeros(difference)
        self._before, self._rebuilt = self._rebuilt, rebuilt
        self._predict()

    def _movePoles(self, partial: int) -> None:
        # The two poles, within the bounds of a stable filter.
        one, two = self._poles
        same = (partial < 0) == (self._partial[0] < 0)
        slope = _clip(one << 2)
        slope = min(-slope, 32767) if same else slope
        far = 128 if (partial < 0) == (self._partial[1] < 0) else -128
        two = far + (slope >> 7) + ((two * 32512) >> 15)
        two = max(-12288, min(12288, two))
        one = _clip((192 if same else -192) + ((one * 32640) >> 15))
        bound = _clip(15360 - two)
        self._poles = [max(-bound, min(bound, one)), two]
        self._partial = [partial, self._partial[0]]

    def _moveZeros(self, difference: int) -> None:
        gain = 128 if difference else 0
        for at, earlier in enumerate(self._differences):
            pull = gain if (earlier < 0) == (difference < 0) else -gain
            self._weights[at] = _clip(pull + ((self._weights[at] * 32640) >> 15))
        self._differences = [difference, *self._differences[:5]]

    def _predict(self) -> None:
        one, two = self._poles
        poles = ((one * _clip(2 * self._rebuilt)) >> 15) + (
            (two * _clip(2 * self._before)) >> 15
        )
        zeros = sum(
            (weight * _clip(2 * difference)) >> 15
            for weight, difference in zip(self._weights, self._differences)
        )
        self._zeros = _clip(zeros)
        self._guess = _clip(_clip(poles) + self._zeros)


def _code(place: int, negative: bool) -> int:
    if not negative:
        return 62 - place
    return 64 - place if place < 3 else 34 - place
