# -*- test-case-name: tests.info.preview.test_display -*-
"""
Lays a page out on a handset's display: which text is at which pixel and line.

It works on the encoded page, with the widths of the handset's font. This module
has the rules of XHTML Gigaset Profile 1.0, for the screensaver.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from gigasetd.info.page.fontmetrics import DISPLAY, fit, width

LONGEST_LINE = 44  #: characters of a C{p} of a screensaver

_XHTML = "{http://www.w3.org/1999/xhtml}"


class Run(NamedTuple):
    """
    A text at one position.
    """

    x: int  #: pixels from the left
    text: str
    bold: bool = False
    line: int = 0  #: from the top
    inverse: bool = False  #: light on dark, for a selected entry


class Mark(NamedTuple):
    """
    A graphical element.
    """

    kind: str  #: "link", "more", "bar", "field", "area", "box", "ticked", "ring",
    #: "chosen", "left", "right" or "key"
    x: int = 0
    width: int = DISPLAY
    line: int = 0
    lines: int = 1  #: its height


class DisplayRow(NamedTuple):
    """
    One line before its position is known.
    """

    runs: Sequence[Run] = ()
    marks: Sequence[Mark] = ()


class Display(NamedTuple):
    """
    A whole display.
    """

    lines: int  #: the softkeys' line included
    runs: Sequence[Run]
    marks: Sequence[Mark]


def display(rows: Sequence[DisplayRow], lines: int) -> Display:
    """
    Place rows below one another.
    """
    placed = list(enumerate(rows))
    return Display(
        lines,
        [run._replace(line=line) for line, row in placed for run in row.runs],
        [mark._replace(line=line) for line, row in placed for mark in row.marks],
    )


def parts(data: bytes) -> tuple[str, Element]:
    """
    Parse a page into its title and body; tags lose their namespace.
    """
    root = ElementTree.fromstring(data)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_XHTML)
    title = " ".join((root.findtext("head/title") or "").split())
    return title, root[-1]


def stylesOf(element: Element) -> dict[str, str]:
    """
    Parse the style attribute of an element.
    """
    rules = (rule.partition(":") for rule in element.get("style", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in rules if name}


def textOf(element: Element) -> str:
    """
    Return the text of an element in one line.
    """
    return " ".join("".join(element.itertext()).split())


def aligned(text: str, align: str, bold: bool = False) -> Run:
    """
    Place a text of at most one line by its alignment.
    """
    room = DISPLAY - width(text)
    return Run({"center": room // 2, "right": room}.get(align, 0), text, bold)


def screen(data: bytes, lines: int) -> Display:
    """
    Lay out a screensaver.

    Its lines start at the top; its last line is at the bottom of the display,
    in bold.
    """
    *upper, last = _screenRows(parts(data)[1])
    rows: list[DisplayRow] = list(islice((*upper, *[DisplayRow()] * lines), lines - 1))
    bold = DisplayRow([run._replace(bold=True) for run in last.runs])
    return display([*rows, bold], lines)


def _screenRows(body: Element) -> list[DisplayRow]:
    # A p does not end the line; of several p with the same alignment the last one
    # is shown.
    rows, shared = [], {"left": "", "center": "", "right": ""}
    for element in body:
        if element.tag == "br":
            rows.append(_shared(shared))
            shared = dict.fromkeys(shared, "")
        elif element.tag == "p":
            align = stylesOf(element).get("text-align", "left")
            text = textOf(element)
            shared[align] = _short(text)
    return [*rows, _shared(shared)]


def _short(text: str) -> str:
    # COMPAT: handsets cut long texts like this.
    shortened = text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 3] + "..."
    return fit(shortened, DISPLAY)


def _shared(texts: dict[str, str]) -> DisplayRow:
    return DisplayRow([aligned(text, align) for align, text in texts.items() if text])
