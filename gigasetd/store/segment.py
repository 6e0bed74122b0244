# -*- test-case-name: tests.store.test_spool -*-
"""
One file of the spool: its name, its lines, and what is read from it.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gigasetd.registry.codec import ENCODING, ERRORS, parse, render
from gigasetd.registry.model import Change

LONGEST = 1 << 23
"""
No line is longer, as it is made of one message; bounds what a garbage file
costs to read, in bytes.
"""


def numberOf(path: Path) -> int:
    """
    A segment's number; 0 for a file that is none of ours.
    """
    return int(path.stem) if path.stem.isdecimal() else 0


def lines(changes: list[Change]) -> bytes:
    """
    The changes as they are written.
    """
    return "".join(map(render, changes)).encode(ENCODING, ERRORS)


def read(path: Path) -> Iterator[Change | None]:
    """
    Every line's change; C{None} for a line that is cut off or broken.
    """
    with path.open("rb") as file:
        while line := file.readline(LONGEST):
            try:
                yield parse(line.decode(ENCODING, ERRORS))
            except ValueError:
                yield None
