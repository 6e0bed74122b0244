# -*- test-case-name: tests.info.page.test_xhtml -*-
"""
The XHTML around a page's body, and the limits of pages.

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from gigasetd.info.page.fontmetrics import cut
from gigasetd.info.page.latin1 import latin

CONTENT_TYPE = b"application/xhtml+xml; charset=utf-8"
SOONEST, LATEST = 15, 86400  #: seconds until a phone may reload a page
LARGEST = 1600  #: bytes of a body; with its head a page is below 2 kB
LONGEST_TEXT = 600  #: characters of one paragraph
LONGEST_HREF = 160  #: characters of a link's target

RESERVED = frozenset(
    "lang tz mac cc handsetid provid tick sipid ppid dt g_lang g_pnr".split()
)
"""Parameters that phones add to every request, also when they follow a link."""

_START = """\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html PUBLIC "-//OMA//DTD XHTML Mobile 1.2//EN" \
"http://www.openmobilealliance.org/tech/DTD/xhtml-mobile12.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>"""
_NAME = re.compile("[a-z][a-z0-9_]{0,31}")
_PAGE = re.compile(r"[a-z][a-z0-9_.-]{0,31}")
_HREF = re.compile(
    r"wtai://wp/(?:mc|ap);[0-9*#+]{1,32}"
    r"|[a-z][a-z0-9_.-]{0,31}(?:\?[A-Za-z0-9_.~=&%+-]*)?"
)


def document(title: str, expires: int, body: str) -> bytes:
    """
    Build the page around a body.
    """
    head = f"<title>{escaped(cut(latin(title)))}</title>"
    meta = f'<meta name="expires" content="{seconds(expires)}"/>'
    page = f"{_START}{meta}{head}</head>\n<body>\n{body}\n</body></html>\n"
    return page.encode("utf-8")


def seconds(expires: float) -> int:
    """
    Limit a reload time to what the profile allows: 0, or 15 to 86400.
    """
    return min(max(int(expires), SOONEST), LATEST) if expires > 0 else 0


def escapedOrBlank(text: str) -> str:
    """
    Escape a text; an empty one becomes a blank, because handsets differ in how
    they show empty elements.
    """
    return escaped(text) or " "


def escaped(text: str) -> str:
    """
    Escape a text for an element or a double-quoted attribute.
    """
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return text.replace(">", "&gt;").replace('"', "&quot;")


def cleanText(text: str, longest: int = LONGEST_TEXT) -> str:
    """
    Convert a text to the handset's characters, with single blanks, cut to
    C{longest} characters.
    """
    text = " ".join(latin(text[: 2 * longest]).split())
    return text if len(text) <= longest else text[: longest - 3].rstrip() + "..."


def anchor(text: str, href: str) -> str:
    """
    Build a link; only its text where the target is not allowed.
    """
    return f'<a href="{escaped(href)}">{text}</a>' if isHref(href) else text


def isHref(href: str) -> bool:
    """
    Whether a target is relative to the page, or dials.
    """
    return len(href) <= LONGEST_HREF and bool(_HREF.fullmatch(href))


def hrefTo(page: str, **parameters: object) -> str:
    """
    Return the target of one of our pages.

    @raise ValueError: the page or a parameter has an invalid name, or one that phones
        use: a fault in the code of the page.
    """
    if not _PAGE.fullmatch(page):
        raise ValueError(f"{page!r} is not a valid page name")
    pairs = "&".join(
        f"{fieldName(name)}={quote(str(value), safe='')}"
        for name, value in parameters.items()
    )
    return f"{page}?{pairs}" if pairs else page


def fieldName(name: str) -> str:
    """
    Check a parameter's name, and return it.

    @raise ValueError: it is invalid, or phones use it themselves.
    """
    if name in RESERVED or not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a valid parameter name")
    return name


def fitting(pieces: Iterable[str], rest: str) -> list[str]:
    """
    Return as many pieces of a body as fit into a page.

    @param rest: stands for the pieces that do not fit.
    """
    included: list[str] = []
    left = LARGEST
    for piece in pieces:
        left -= len(piece.encode("utf-8")) + 1
        if left < 0:
            return [*included, rest]
        included.append(piece)
    return included
