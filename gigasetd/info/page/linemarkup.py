# -*- test-case-name: tests.info.page.test_linemarkup -*-
"""
Parses the line markup of the operator's templates.

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

MOST = 60  #: lines of a page


def partsOf(text: str) -> list[Part]:
    """
    Parse the parts of a page. Lines without markup are paragraphs; blank lines
    are dropped.
    """
    lines = [line.strip() for line in text[:20000].splitlines()]
    return list(map(_part, [line for line in lines if line][:MOST]))


def linesOf(parts: list[Part]) -> Iterator[Line]:
    """
    Convert parts to lines of the idle display.
    """
    for part in parts:
        if isinstance(part, Columns):
            yield Line(left=part.left, right=part.right)
        elif isinstance(part, Three):
            yield Line(*part)
        else:
            yield Line(left=part.text)


def _part(line: str) -> Part:
    word, _, rest = line.partition(" ")
    if word == "#":
        return Text(rest, bold=True)
    if word in ("@call", "@page"):
        target, _, label = rest.strip().partition(" ")
        label = label.strip() or target
        return call(label, target) if word == "@call" else Link(label, target)
    columns = [column.strip() for column in line.split(" | ")]
    if len(columns) == 2:
        return Columns(*columns)
    if len(columns) == 3:
        return Three(*columns)
    return Text(line)
