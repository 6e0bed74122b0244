# -*- test-case-name: tests.info.page.test_page -*-
"""
The elements of pages.

Layer 0 (values).
"""

from __future__ import annotations

from typing import NamedTuple, Union


class Text(NamedTuple):
    """
    A paragraph.
    """

    text: str
    align: str = "left"  #: "left", "center" or "right"
    bold: bool = False


class Link(NamedTuple):
    """
    A link to another page, or one that dials.
    """

    text: str
    href: str  #: relative to the page, or a C{wtai:} URI that dials


class Item(NamedTuple):
    """
    A menu entry with two lines.
    """

    text: str
    second: str
    href: str  #: as in L{Link}


class Columns(NamedTuple):
    """
    Two texts in one line, cut so that they do not touch.
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
    One line of a screensaver: up to three texts.
    """

    left: str = ""
    center: str = ""
    right: str = ""


Part = Union[Text, Link, Columns, Three]


def call(text: str, number: str) -> Link:
    """
    Build a link that dials a number (digits, C{*} and C{#}).
    """
    return Link(text, "wtai://wp/mc;" + number)
