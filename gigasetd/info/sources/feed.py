# -*- test-case-name: tests.info.sources.test_feed -*-
"""
News: RSS and Atom, of which only titles and short texts are of use.

Layer 0 (values).
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """
    One piece of news.
    """

    title: str
    text: str  #: without marks, C{""} for none
    when: float  #: epoch seconds, C{0.0} where none is told


class Feed(NamedTuple):
    """
    A feed, its newest entries first.
    """

    title: str
    entries: tuple[Entry, ...]
