# -*- test-case-name: tests.info.test_plugins -*-
"""
A page written as plain lines, as the operator's templates make it.

    # A headline within the page
    left | right
    left | middle | right
    A paragraph.
    @call 30001#9 Ina
    @page weather The weather

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterator

from gigasetd.info.page.elements import Columns, Line, Link, Part, Text, Three, call

MOST = 60  #: lines that are looked at


def partsOf(text: str) -> list[Part]:
    """
    The parts of a page; a line that looks like none of the special ones is a
    paragraph, blank ones are left out.
    """
    lines = [line.strip() for line in text[:20000].splitlines()]
    return list(map(_part, [line for line in lines if line][:MOST]))


def linesOf(parts: list[Part]) -> Iterator[Line]:
    """
    The same for an idle display.
    """
    for part in parts:
        if isinstance(part, Columns):
            yield Line(left=part.left, right=part.right)
        elif isinstance(part, Three):
            yield Line(*part)
        else:
            yield Line(left=part.text)


def _part(line: str) -> Part:
    """
    One line.
    """
    word, _, rest = line.partition(" ")
    if word == "#":
        return Text(rest, bold=True)
    if word in ("@call", "@page"):
        target, _, said = rest.strip().partition(" ")
        said = said.strip() or target
        return call(said, target) if word == "@call" else Link(said, target)
    columns = [column.strip() for column in line.split(" | ")]
    if len(columns) == 2:
        return Columns(*columns)
    if len(columns) == 3:
        return Three(*columns)
    return Text(line)
