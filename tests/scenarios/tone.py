# -*- test-case-name: tests.scenarios.test_tone -*-
"""
Detects tones in recorded sound, after Gerald Goertzel (1958).

Layer 0 (values).
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

RATE = 8000
"""
Samples a second of every recording here.
"""

WINDOW = 800
"""
Samples looked at together: 100 ms, which keeps frequencies 10 Hz apart apart.
"""

QUIET = 300.0
"""
Mean amplitude below which a window counts as silence, out of 32767.
"""


def power(samples: Sequence[int], frequency: float) -> float:
    """
    Measure how much of one frequency a window holds.

    @param frequency: in hertz.
    @return: mean square of that frequency alone, in squared sample units.
    """
    turn = 2.0 * math.cos(2.0 * math.pi * frequency / RATE)
    last = before = 0.0
    for sample in samples:
        last, before = sample + turn * last - before, last
    count = len(samples)
    return 2.0 * (last * last + before * before - turn * last * before) / count**2


def energy(samples: Sequence[int]) -> float:
    """
    Measure a window's loudness.

    @return: its mean square, in squared sample units.
    """
    return sum(sample * sample for sample in samples) / len(samples)


def isLoud(samples: Sequence[int]) -> bool:
    """
    Tell whether a window holds any sound.
    """
    return energy(samples) >= QUIET * QUIET


def holdsTone(samples: Sequence[int], frequency: float) -> bool:
    """
    Tell whether a window is loud and mostly one tone.

    @return: true when at least half of the window's energy is at
        C{frequency}, which speech, noise and another tone never reach.
    """
    return isLoud(samples) and power(samples, frequency) > 0.5 * energy(samples)


def samplesOf(data: bytes) -> array[int]:
    """
    Read 16-bit little-endian samples, as a WAV file holds them.

    @param data: an even number of octets.
    """
    samples: array[int] = array("h")
    samples.frombytes(data)
    return samples


def sine(frequency: float, count: int, amplitude: float = 8000.0) -> list[int]:
    """
    Make a pure tone.

    @param count: samples wanted, at L{RATE}.
    """
    step = 2.0 * math.pi * frequency / RATE
    return [round(amplitude * math.sin(step * index)) for index in range(count)]
