# -*- test-case-name: tests.info.test_chatanswers -*-
"""
A page as plain text, for where there are no pages.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gigasetd.info.page.elements import Columns, Item, Line, Link, Part, Text, Three
from gigasetd.info.page.page import Info, Menu, Page, Screen


def plainText(page: Page, most: int) -> str:
    """
    All that can be read on a page.

    @param most: characters; whole lines are left out at the end.
    """
    return fitLines([page.title, *_lines(page)], most)


def fitLines(lines: Iterable[str], most: int) -> str:
    """
    As many of these lines as there is room for; the first is cut.
    """
    text = ""
    for line in lines:
        longer = f"{text}\n{line}" if text else line[:most]
        if len(longer) > most:
            break
        text = longer
    return text


def _lines(page: Page) -> Iterator[str]:
    """
    What stands below the title.
    """
    if isinstance(page, Info):
        yield from _texts(page.parts)
    elif isinstance(page, Menu):
        for entry in page.items:
            yield (
                f"{entry.text} {entry.second}"
                if isinstance(entry, Item)
                else entry.text
            )
    elif isinstance(page, Screen):
        yield from map(_joined, page.lines)


def _texts(parts: Iterable[Part]) -> Iterator[str]:
    """
    The paragraphs; a link that cannot be followed says nothing.
    """
    for part in parts:
        if isinstance(part, Text):
            yield part.text
        elif not isinstance(part, Link):
            yield _joined(part)


def _joined(part: Columns | Three | Line) -> str:
    """
    Texts that share a line.
    """
    return " ".join(text for text in part if text)
