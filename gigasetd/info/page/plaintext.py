# -*- test-case-name: tests.info.page.test_plaintext -*-
"""
Converts pages to plain text, for instant messages.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gigasetd.info.page.elements import Columns, Item, Line, Link, Part, Text, Three
from gigasetd.info.page.page import Info, Menu, Page, Screen


def plainText(page: Page, most: int) -> str:
    """
    Return the text of a page.

    @param most: characters; lines at the end are dropped.
    """
    return fitLines([page.title, *_lines(page)], most)


def fitLines(lines: Iterable[str], most: int) -> str:
    """
    Join as many lines as fit; the first one is cut.
    """
    text = ""
    for line in lines:
        longer = f"{text}\n{line}" if text else line[:most]
        if len(longer) > most:
            break
        text = longer
    return text


def _lines(page: Page) -> Iterator[str]:
    if isinstance(page, Info):
        yield from _texts(page.parts)
    elif isinstance(page, Menu):
        for item in page.items:
            yield (
                f"{item.text} {item.second}" if isinstance(item, Item) else item.text
            )
    elif isinstance(page, Screen):
        yield from map(_joined, page.lines)


def _texts(parts: Iterable[Part]) -> Iterator[str]:
    # A link without its target is useless.
    for part in parts:
        if isinstance(part, Text):
            yield part.text
        elif not isinstance(part, Link):
            yield _joined(part)


def _joined(part: Columns | Three | Line) -> str:
    return " ".join(text for text in part if text)
