# -*- test-case-name: tests.info.page.test_page -*-
"""
The XHTML around what a page says, with the limits that every page has.

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from gigasetd.info.page.fontmetrics import cut
from gigasetd.info.page.latin1 import latin

CONTENT_TYPE = b"application/xhtml+xml; charset=utf-8"
SOONEST, LATEST = 15, 86400  #: seconds after which a page may be asked again
LARGEST = 1600  #: bytes of a body; with its head a page stays below 2 kB
LONGEST_TEXT = 600  #: characters of one paragraph
LONGEST_HREF = 160  #: characters of a link's address

RESERVED = frozenset(
    "lang tz mac cc handsetid provid tick sipid ppid dt g_lang g_pnr".split()
)
"""Parameters that phones add to every request, those of our links included."""

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
    The whole file around a body.
    """
    head = f"<title>{escaped(cut(latin(title)))}</title>"
    meta = f'<meta name="expires" content="{seconds(expires)}"/>'
    page = f"{_START}{meta}{head}</head>\n<body>\n{body}\n</body></html>\n"
    return page.encode("utf-8")


def seconds(expires: float) -> int:
    """
    The nearest time that the profile allows: 0, or 15 to 86400.
    """
    return min(max(int(expires), SOONEST), LATEST) if expires > 0 else 0


def escapedOrBlank(text: str) -> str:
    """
    Escaped, and never empty: an empty element shows differently everywhere.
    """
    return escaped(text) or " "


def escaped(text: str) -> str:
    """
    Text for an element, or for an attribute in double quotes.
    """
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return text.replace(">", "&gt;").replace('"', "&quot;")


def cleanText(text: str, longest: int = LONGEST_TEXT) -> str:
    """
    A text in the handset's letters, with single blanks, not longer than
    C{longest} characters.
    """
    text = " ".join(latin(text[: 2 * longest]).split())
    return text if len(text) <= longest else text[: longest - 3].rstrip() + "..."


def anchor(text: str, href: str) -> str:
    """
    A link; only its text where the address is not one that phones may be
    sent to.
    """
    return f'<a href="{escaped(href)}">{text}</a>' if isHref(href) else text


def isHref(href: str) -> bool:
    """
    Whether an address is relative to the page, or dials.
    """
    return len(href) <= LONGEST_HREF and bool(_HREF.fullmatch(href))


def hrefTo(page: str, **parameters: object) -> str:
    """
    The address of one of our pages.

    @raise ValueError: a parameter has a name that phones use, or none that
        fits; a mistake of whoever wrote the page.
    """
    if not _PAGE.fullmatch(page):
        raise ValueError(f"no page can be called {page!r}")
    pairs = "&".join(
        f"{fieldName(name)}={quote(str(value), safe='')}"
        for name, value in parameters.items()
    )
    return f"{page}?{pairs}" if pairs else page


def fieldName(name: str) -> str:
    """
    C{name} itself.

    @raise ValueError: phones use it themselves, or it is none that fits.
    """
    if name in RESERVED or not _NAME.fullmatch(name):
        raise ValueError(f"no parameter can be called {name!r}")
    return name


def fitting(pieces: Iterable[str], rest: str) -> list[str]:
    """
    As many pieces of a body as a page may hold.

    @param rest: what stands for those that it may not.
    """
    kept: list[str] = []
    left = LARGEST
    for piece in pieces:
        left -= len(piece.encode("utf-8")) + 1
        if left < 0:
            return [*kept, rest]
        kept.append(piece)
    return kept
