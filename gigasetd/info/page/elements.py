# -*- test-case-name: tests.info.page.test_page -*-
"""
What pages are put together from.

Layer 0 (values).
"""

from __future__ import annotations

from typing import NamedTuple, Union


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


class Item(NamedTuple):
    """
    An entry of a menu that has two lines.
    """

    text: str
    second: str
    href: str  #: as that of a L{Link}


class Columns(NamedTuple):
    """
    Two texts in one line, cut so that they don't touch.
    """

    left: str
    right: str


class Three(NamedTuple):
    """
    Three texts in one line, each cut to a third of it.
    """

    left: str
    middle: str
    right: str


class Line(NamedTuple):
    """
    One line of a screensaver; its three parts share it.
    """

    left: str = ""
    center: str = ""
    right: str = ""


Part = Union[Text, Link, Columns, Three]


def call(text: str, number: str) -> Link:
    """
    A link that dials C{number} (digits, C{*} and C{#}).
    """
    return Link(text, "wtai://wp/mc;" + number)
