# -*- test-case-name: tests.info.preview.test_svg -*-
"""
What a handset shows of a page: which text at which pixel of which line.

It is worked out from the page as it goes out, and by the widths of the
handset's own letters: here by the rules of XHTML Gigaset Profile 1.0, which the
screensaver keeps.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from gigasetd.info.page.fontmetrics import DISPLAY, fit, width

LONGEST_LINE = 44  #: characters of one C{p} of a screensaver

_XHTML = "{http://www.w3.org/1999/xhtml}"


class Run(NamedTuple):
    """
    Text at one place.
    """

    x: int  #: pixels from the left
    text: str
    bold: bool = False
    line: int = 0  #: counted from the top
    inverse: bool = False  #: light on dark: it is selected


class Mark(NamedTuple):
    """
    What is no letter.
    """

    kind: str  #: "link", "more", "bar", "field", "area", "box", "ticked", "ring",
    #: "chosen", "left", "right" or "key"
    x: int = 0
    width: int = DISPLAY
    line: int = 0
    lines: int = 1  #: its height


class Row(NamedTuple):
    """
    One line, wherever it will be.
    """

    runs: Sequence[Run] = ()
    marks: Sequence[Mark] = ()


class Display(NamedTuple):
    """
    All of it.
    """

    lines: int  #: with that of the softkeys, where there are any
    runs: Sequence[Run]
    marks: Sequence[Mark]


def display(rows: Sequence[Row], lines: int) -> Display:
    """
    Put lines below one another.
    """
    placed = list(enumerate(rows))
    return Display(
        lines,
        [run._replace(line=line) for line, row in placed for run in row.runs],
        [mark._replace(line=line) for line, row in placed for mark in row.marks],
    )


def parts(data: bytes) -> tuple[str, Element]:
    """
    A page's title and body, the tags without namespace.
    """
    root = ElementTree.fromstring(data)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_XHTML)
    title = " ".join((root.findtext("head/title") or "").split())
    return title, root[-1]


def stylesOf(element: Element) -> dict[str, str]:
    """
    The rules of an element's style.
    """
    rules = (rule.partition(":") for rule in element.get("style", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in rules if name}


def textOf(element: Element) -> str:
    """
    All that is to be read in an element, in one line.
    """
    return " ".join("".join(element.itertext()).split())


def aligned(text: str, align: str, bold: bool = False) -> Run:
    """
    A text of at most a whole line, where its alignment puts it.
    """
    room = DISPLAY - width(text)
    return Run({"center": room // 2, "right": room}.get(align, 0), text, bold)


def screen(data: bytes, lines: int) -> Display:
    """
    What an idle handset shows of a screensaver.

    The first lines stand at the top; the last one of the page always stands
    at the bottom, in bold.
    """
    *upper, last = _screenRows(parts(data)[1])
    rows: list[Row] = list(islice((*upper, *[Row()] * lines), lines - 1))
    bold = Row([run._replace(bold=True) for run in last.runs])
    return display([*rows, bold], lines)


def _screenRows(body: Element) -> list[Row]:
    """
    The lines of a screensaver: a C{p} does not end one, and of several with
    the same alignment the last one is seen.
    """
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
    """
    As the handset cuts a text that is too long.
    """
    kept = text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 3] + "..."
    return fit(kept, DISPLAY)


def _shared(texts: dict[str, str]) -> Row:
    """
    Up to three texts in one line.
    """
    return Row([aligned(text, align) for align, text in texts.items() if text])
