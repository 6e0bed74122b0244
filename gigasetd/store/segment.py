# -*- test-case-name: tests.store.test_segment -*-
"""
One file of the spool: its number, its lines.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gigasetd.registry.codec import ENCODING, ERRORS, parse, render
from gigasetd.registry.model import Change

LONGEST = 1 << 23
"""Bytes of a line that is read; bounds the memory that a damaged file costs.  A
line holds one value, the largest of which is a message."""


def numberOf(path: Path) -> int:
    """
    A segment's number, C{0} for another file.
    """
    return int(path.stem) if path.stem.isdecimal() else 0


def lines(changes: list[Change]) -> bytes:
    """
    Encode changes as lines.
    """
    return "".join(map(render, changes)).encode(ENCODING, ERRORS)


def read(path: Path) -> Iterator[Change | None]:
    """
    Decode each line of a segment.

    @return: the changes; L{None} for a line that is cut off or damaged.
    """
    with path.open("rb") as file:
        while line := file.readline(LONGEST):
            try:
                yield parse(line.decode(ENCODING, ERRORS))
            except ValueError:
                yield None
