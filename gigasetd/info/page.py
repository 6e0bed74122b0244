# -*- test-case-name: tests.info.test_page -*-
"""
Pages that a handset can show: XHTML-GP, and nothing that is not.

A handset reads strictly and shows nothing of an ill-formed page, so pages are
built from the values below only: each text is put into the handset's letters
and escaped on its way out.  XHTML Gigaset Profile 1.0 has the screensaver
(L{Screen}), 2.0 the interactive pages (L{Info}, L{Menu}).

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Union

from gigasetd.info.latin import latin
from gigasetd.info.width import DISPLAY, columns, cut

CONTENT_TYPE = b"application/xhtml+xml; charset=utf-8"
SOONEST, LATEST = 15, 86400  #: seconds after which a page may be asked again
LONGEST_LINE = 44  #: characters of one C{p} of a screensaver
LONGEST_TEXT = 600  #: characters of one C{p} of another page

_START = """\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html PUBLIC "-//OMA//DTD XHTML Mobile 1.2//EN" \
"http://www.openmobilealliance.org/tech/DTD/xhtml-mobile12.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>"""
_ALIGNS = {"left", "center", "right"}


class Text(NamedTuple):
    """
    One paragraph.
    """

    text: str
    align: str = "left"  #: "left", "center" or "right"
    bold: bool = False


class Link(NamedTuple):
    """
    A text that leads to another page, or dials.
    """

    text: str
    href: str  #: relative to the page, or a C{wtai:} address


class Columns(NamedTuple):
    """
    Two texts in one line, cut so that they don't touch.
    """

    left: str
    right: str


class Line(NamedTuple):
    """
    One line of a screensaver; its three parts share it.
    """

    left: str = ""
    center: str = ""
    right: str = ""


Part = Union[Text, Link, Columns]


def call(text: str, number: str) -> Link:
    """
    A link that dials C{number} (digits, C{*} and C{#}).
    """
    return Link(text, "wtai://wp/mc;" + number)


class Info(NamedTuple):
    """
    An information page: a headline and paragraphs, which may hold links.
    """

    title: str
    parts: Sequence[Part]
    expires: int = 0  #: seconds until the phone asks again, 0 for never

    def encode(self) -> bytes:
        """
        The page, as it goes out.
        """
        body = "\n".join(map(_part, self.parts)) or "<p> </p>"
        return _document(self.title, self.expires, body)


class Menu(NamedTuple):
    """
    A list to choose from; only a L{Link} can be chosen.
    """

    title: str
    items: Sequence[Union[Text, Link]]
    expires: int = 0  #: seconds until the phone asks again, 0 for never

    def encode(self) -> bytes:
        """
        The page, as it goes out.
        """
        items = "\n".join(f"<li>{_inline(item)}</li>" for item in self.items)
        body = f"<ul>\n{items or '<li> </li>'}\n</ul>"
        return _document(self.title, self.expires, body)


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
        *upper, last = self.lines or (Line(),)
        lines = [_line(line, False) for line in upper]
        lines.append(_line(last, True))
        return _document(self.title, self.expires, "<br/>\n".join(lines))


Page = Union[Info, Menu, Screen]


def _document(title: str, expires: int, body: str) -> bytes:
    """
    The whole file around a body.
    """
    head = f"<title>{_escaped(cut(latin(title)))}</title>"
    meta = f'<meta name="expires" content="{_seconds(expires)}"/>'
    page = f"{_START}{meta}{head}</head>\n<body>\n{body}\n</body></html>\n"
    return page.encode("utf-8")


def _seconds(expires: int) -> int:
    """
    The nearest time that the profile allows: 0, or 15 to 86400.
    """
    return min(max(expires, SOONEST), LATEST) if expires > 0 else 0


def _part(part: Part) -> str:
    """
    One part of an information page.
    """
    if isinstance(part, Columns):
        left, right = columns(latin(part.left), latin(part.right))
        return (
            f'<p style="float:left">{_shown(left)}</p>'
            f'<p style="float:right">{_shown(right)}</p>'
        )
    style = _style(part) if isinstance(part, Text) else ""
    return f"<p{style}>{_inline(part)}</p>"


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
    text = _shown(latin(part.text)[:LONGEST_TEXT])
    if isinstance(part, Text):
        return text
    return f'<a href="{_escaped(latin(part.href))}">{text}</a>'


def _shown(text: str) -> str:
    """
    Escaped, and never empty: an empty element shows differently everywhere.
    """
    return _escaped(text) or " "


def _escaped(text: str) -> str:
    """
    Text for an element, or for an attribute in double quotes.
    """
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return text.replace(">", "&gt;").replace('"', "&quot;")


def _line(line: Line, every: bool) -> str:
    """
    One line of a screensaver.

    @param every: whether parts without text are there too.
    """
    parts = zip(Line._fields, _sharing(Line(*map(latin, line))))
    shown = [
        f'<p style="text-align:{align}">{_shown(text[:LONGEST_LINE])}</p>'
        for align, text in parts
        if text or every
    ]
    # A page begins with a paragraph also where its first line is empty.
    return "".join(shown) or "<p> </p>"


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
