# -*- test-case-name: tests.info.page.test_page -*-
"""
Pages that a handset can show: XHTML-GP, and nothing that is not.

A handset reads strictly and shows nothing of an ill-formed page, so pages are
built from the values below only: each text is put into the handset's letters
and escaped on its way out.  XHTML Gigaset Profile 1.0 has the screensaver
(L{Screen}), 2.0 the interactive pages (L{Info}, L{Menu} and
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

LONGEST_LINE = 44  #: characters of one C{p} of a screensaver
ITEMS = 15  #: entries of one menu
LINES = 8  #: lines of the largest display

_ALIGNS = {"left", "center", "right"}


class Info(NamedTuple):
    """
    An information page: a headline and paragraphs, which may hold links.
    """

    title: str
    parts: Sequence[Part]
    expires: int = 0  #: seconds until the phone asks again, 0 for never

    def encode(self) -> bytes:
        """
        The page, as it goes out; what would make it too long is left out.
        """
        parts = fitting(map(_part, self.parts), "<p>...</p>")
        return document(self.title, self.expires, "\n".join(parts) or "<p> </p>")


class Menu(NamedTuple):
    """
    A list to choose from; what is only a L{Text} cannot be chosen.
    """

    title: str
    items: Sequence[Union[Text, Link, Item]]
    expires: int = 0  #: seconds until the phone asks again, 0 for never

    def encode(self) -> bytes:
        """
        The page, as it goes out; what would make it too long is left out
        (see L{paged}).
        """
        items = fitting(map(_item, self.items[:ITEMS]), "<li>...</li>")
        body = "\n".join(items) or "<li> </li>"
        return document(self.title, self.expires, f"<ul>\n{body}\n</ul>")


class Screen(NamedTuple):
    """
    A screensaver: lines from the top, the last one at the bottom in bold.
    """

    title: str  #: not shown
    lines: Sequence[Line]
    expires: int = 0  #: seconds until the phone asks again, 0 for never

    def encode(self) -> bytes:
        """
        The page, as it goes out.

        Its last line has all three parts, so that nothing of a longer page
        shines through on a display of few lines.
        """
        *upper, last = self.lines[:LINES] or (Line(),)
        lines = [_line(line, False) for line in upper]
        lines.append(_line(last, True))
        return document(self.title, self.expires, "<br/>\n".join(lines))


Page = Union[Info, Menu, Screen, Form]


def paged(
    title: str, items: Sequence[Union[Text, Link, Item]], more: Link, at: int = 0
) -> Menu:
    """
    One page of a long menu, with a link to the next one.

    @param more: leads to the next page; its address lacks only the number of
        the entry that page begins with.
    @param at: the number of the entry that this page begins with.
    """
    rest = items[at if 0 <= at < len(items) else 0 :]
    kept = fitting(map(_item, rest[:ITEMS]), "")
    if len(kept) == len(rest):
        return Menu(title, rest)
    # One place is the link's.
    most = max(1, len(kept) - 1)
    follow = Link(more.text, f"{more.href}{len(items) - len(rest) + most}")
    return Menu(title, [*islice(rest, most), follow])


def _part(part: Part) -> str:
    """
    One part of an information page.
    """
    if isinstance(part, Columns):
        left, right = columns(cleanText(part.left), cleanText(part.right))
        return _float("float:left", left) + _float("float:right", right)
    if isinstance(part, Three):
        left, middle, right = threeColumns(*map(cleanText, part))
        # The user agent takes whatever margin for the middle.
        return (
            _float("float:left", left)
            + _float("margin:center", middle)
            + _float("float:right", right)
        )
    style = _style(part) if isinstance(part, Text) else ""
    return f"<p{style}>{_inline(part)}</p>"


def _float(style: str, text: str) -> str:
    """
    One column.
    """
    return f'<p style="{style}">{escapedOrBlank(text)}</p>'


def _style(text: Text) -> str:
    """
    The style attribute of one paragraph, with the blank before it, or none.
    """
    rules = []
    if text.align != "left" and text.align in _ALIGNS:
        rules.append(f"text-align:{text.align}")
    if text.bold:
        rules.append("font-weight:bold")
    return f' style="{";".join(rules)}"' if rules else ""


def _inline(part: Text | Link) -> str:
    """
    A text, or a link with its text.
    """
    text = escapedOrBlank(cleanText(part.text))
    return text if isinstance(part, Text) else anchor(text, part.href)


def _item(item: Text | Link | Item) -> str:
    """
    One entry of a menu, cut to the display as the handset would.
    """
    first = escapedOrBlank(cut(cleanText(item.text)))
    if isinstance(item, Text):
        return f"<li>{first}</li>"
    second = item.second if isinstance(item, Item) else ""
    below = f"<br/>{escapedOrBlank(cut(cleanText(second)))}" if second else ""
    return f"<li>{anchor(first, item.href)}{below}</li>"


def _line(line: Line, every: bool) -> str:
    """
    One line of a screensaver.

    @param every: whether parts without text are there too.
    """
    parts = zip(Line._fields, _sharing(Line(*map(latin, line))))
    said = [
        f'<p style="text-align:{align}">{escapedOrBlank(text[:LONGEST_LINE])}</p>'
        for align, text in parts
        if text or every
    ]
    # A page begins with a paragraph also where its first line is empty.
    return "".join(said) or "<p> </p>"


def _sharing(line: Line) -> Line:
    """
    The parts of a line, cut so that they don't overlap on the display.
    """
    told = sum(map(bool, line))
    if told == 1:
        return Line(*map(cut, line))
    if told == 2 and not line.center:
        left, right = columns(line.left, line.right)
        return Line(left, "", right)
    return Line(*(cut(text, DISPLAY // 3 - 2) for text in line))
