# -*- test-case-name: tests.info.page.test_page -*-
"""
Handset pages in XHTML-GP.

A handset shows nothing of an ill-formed page, so pages are built from these
values only; encoding converts and escapes every text. XHTML Gigaset Profile 1.0
has the screensaver (L{Screen}), 2.0 the interactive pages (L{Info}, L{Menu} and
L{gigasetd.info.page.form.Form}).

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple, Union

from gigasetd.info.page.elements import (
    Columns,
    Item,
    Line,
    Link,
    Part,
    Text,
    Three,
    call,
)
from gigasetd.info.page.fontmetrics import DISPLAY, columns, cut, threeColumns
from gigasetd.info.page.form import Form
from gigasetd.info.page.latin1 import latin
from gigasetd.info.page.xhtml import (
    CONTENT_TYPE,
    LONGEST_TEXT,
    anchor,
    cleanText,
    document,
    escapedOrBlank,
    fitting,
)

__all__ = [
    "CONTENT_TYPE", "LONGEST_LINE", "LONGEST_TEXT", "Columns", "Form", "Info", "Item",
    "Line", "Link", "Menu", "Page", "Part", "Screen", "Text", "Three", "call", "paged",
]  # fmt: skip

LONGEST_LINE = 44  #: characters of a C{p} of a screensaver
ITEMS = 15  #: entries of one menu
LINES = 8  #: lines of the largest display

_ALIGNS = {"left", "center", "right"}


class Info(NamedTuple):
    """
    A page of a title and paragraphs, which may hold links.
    """

    title: str
    parts: Sequence[Part]
    expires: int = 0  #: seconds until the phone asks again, 0 for never

    def encode(self) -> bytes:
        """
        Encode the page. Parts that exceed the size limit are dropped.
        """
        parts = fitting(map(_part, self.parts), "<p>...</p>")
        return document(self.title, self.expires, "\n".join(parts) or "<p> </p>")


class Menu(NamedTuple):
    """
    A list of links; entries that are L{Text} cannot be selected.
    """

    title: str
    items: Sequence[Union[Text, Link, Item]]
    expires: int = 0  #: seconds until the phone asks again, 0 for never

    def encode(self) -> bytes:
        """
        Encode the page. Entries that exceed the size limit are dropped (see
        L{paged}).
        """
        items = fitting(map(_item, self.items[:ITEMS]), "<li>...</li>")
        body = "\n".join(items) or "<li> </li>"
        return document(self.title, self.expires, f"<ul>\n{body}\n</ul>")


class Screen(NamedTuple):
    """
    A screensaver: lines from the top; the last one is at the bottom in bold.
    """

    title: str  #: not shown
    lines: Sequence[Line]
    expires: int = 0  #: seconds until the phone asks again, 0 for never

    def encode(self) -> bytes:
        """
        Encode the page.
        """
        *upper, last = self.lines[:LINES] or (Line(),)
        lines = [_line(line, False) for line in upper]
        # All three parts, so that no text of a longer page shines through on a
        # display with few lines.
        lines.append(_line(last, True))
        return document(self.title, self.expires, "<br/>\n".join(lines))


Page = Union[Info, Menu, Screen, Form]


def paged(
    title: str, items: Sequence[Union[Text, Link, Item]], more: Link, at: int = 0
) -> Menu:
    """
    Build one page of a long menu, with a link to the next page.

    @param more: link to the next page; the number of its first entry is
        appended to C{href}.
    @param at: number of this page's first entry.
    """
    rest = items[at if 0 <= at < len(items) else 0 :]
    fittingItems = fitting(map(_item, rest[:ITEMS]), "")
    if len(fittingItems) == len(rest):
        return Menu(title, rest)
    # One entry is the link.
    most = max(1, len(fittingItems) - 1)
    follow = Link(more.text, f"{more.href}{len(items) - len(rest) + most}")
    return Menu(title, [*islice(rest, most), follow])


def _part(part: Part) -> str:
    if isinstance(part, Columns):
        left, right = columns(cleanText(part.left), cleanText(part.right))
        return _float("float:left", left) + _float("float:right", right)
    if isinstance(part, Three):
        left, middle, right = threeColumns(*map(cleanText, part))
        # COMPAT: handsets treat any margin as the middle column.
        return (
            _float("float:left", left)
            + _float("margin:center", middle)
            + _float("float:right", right)
        )
    style = _style(part) if isinstance(part, Text) else ""
    return f"<p{style}>{_inline(part)}</p>"


def _float(style: str, text: str) -> str:
    return f'<p style="{style}">{escapedOrBlank(text)}</p>'


def _style(text: Text) -> str:
    rules = []
    if text.align != "left" and text.align in _ALIGNS:
        rules.append(f"text-align:{text.align}")
    if text.bold:
        rules.append("font-weight:bold")
    return f' style="{";".join(rules)}"' if rules else ""


def _inline(part: Text | Link) -> str:
    text = escapedOrBlank(cleanText(part.text))
    return text if isinstance(part, Text) else anchor(text, part.href)


def _item(item: Text | Link | Item) -> str:
    first = escapedOrBlank(cut(cleanText(item.text)))
    if isinstance(item, Text):
        return f"<li>{first}</li>"
    second = item.second if isinstance(item, Item) else ""
    below = f"<br/>{escapedOrBlank(cut(cleanText(second)))}" if second else ""
    return f"<li>{anchor(first, item.href)}{below}</li>"


# every: whether empty parts get a paragraph too.
def _line(line: Line, every: bool) -> str:
    parts = zip(Line._fields, _cutParts(Line(*map(latin, line))))
    paragraphs = [
        f'<p style="text-align:{align}">{escapedOrBlank(text[:LONGEST_LINE])}</p>'
        for align, text in parts
        if text or every
    ]
    # A page must begin with a paragraph, also when its first line is empty.
    return "".join(paragraphs) or "<p> </p>"


def _cutParts(line: Line) -> Line:
    count = sum(map(bool, line))
    if count == 1:
        return Line(*map(cut, line))
    if count == 2 and not line.center:
        left, right = columns(line.left, line.right)
        return Line(left, "", right)
    return Line(*(cut(text, DISPLAY // 3 - 2) for text in line))
