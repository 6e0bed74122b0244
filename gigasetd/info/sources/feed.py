# -*- test-case-name: tests.info.sources.test_feed -*-
"""
News: RSS and Atom, of which only titles and short texts are of use.

Layer 0 (values).
"""

from __future__ import annotations

import html
import re
from calendar import timegm
from collections.abc import Iterable
from io import BytesIO
from typing import Any, NamedTuple

import feedparser

from gigasetd.info.sources.interface import (
    XML,
    Freshness,
    RawDocument,
    Source,
    SourceError,
)

MOST = 30  #: entries that are kept
LONGEST_TITLE, LONGEST_TEXT = 200, 600  #: characters
LONGEST_TTL = 86400.0  #: seconds that a feed may ask to be left alone
LOOKED_AT = 20000  #: characters of a text that are looked at

_MARK = re.compile("<[^<>]*>")
KINDS = (
    *XML, "application/rss+xml", "application/atom+xml", "application/rdf+xml",
    "application/octet-stream", "text/plain", "text/html",
)  # fmt: skip
"""COMPAT: many a feed is served as plain text or as HTML; what is none is told
by its content."""


class FeedEntry(NamedTuple):
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
    entries: tuple[FeedEntry, ...]
    ttl: float = 0.0  #: seconds that it asks to be left alone


def source(trusted: Iterable[str] = ()) -> Source:
    """
    The source; its keys are addresses that owners give.

    @param trusted: those that the operator gives.
    """
    return Source(
        "feed", lambda key, now: key, parse, Freshness(900, 1800, LONGEST_TTL), KINDS,
        guarded=True, trusted=frozenset(trusted), isolatedType=Feed,
        lasts=lambda feed: float(feed.ttl),
    )  # fmt: skip


def parse(got: RawDocument) -> Feed:
    """
    Read a feed.
    """
    # Bytes or a text it would take for the name of a file or an address, and
    # open that.  What its sanitizing does is done by plain, in linear time.
    told = feedparser.parse(
        BytesIO(got.body),
        response_headers={"content-type": got.kind},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not told.get("version"):
        raise SourceError("not a feed")
    entries = [_entry(one) for one in told.entries[: 10 * MOST]]
    if all(one.when for one in entries):
        entries.sort(key=lambda one: -one.when)
    named = [one for one in entries if one.title]
    title = plain(told.feed.get("title"), LONGEST_TITLE)
    return Feed(title, tuple(named[:MOST]), _ttl(told.feed.get("ttl")))


def _entry(told: Any) -> FeedEntry:
    """
    One entry; one without a title takes the beginning of its text.
    """
    text = plain(told.get("summary"), LONGEST_TEXT)
    title = plain(told.get("title"), LONGEST_TITLE) or text[:LONGEST_TITLE]
    return FeedEntry(title, text, _when(told))


def _when(told: Any) -> float:
    """
    When it was written.
    """
    for name in ("published_parsed", "updated_parsed"):
        try:
            return float(timegm(told[name]))
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
    return 0.0


def _ttl(told: Any) -> float:
    """
    The minutes of C{ttl}, in seconds.
    """
    known = isinstance(told, str) and told.isascii() and told.isdigit()
    return min(int(told[:6]) * 60.0, LONGEST_TTL) if known else 0.0


def plain(told: Any, most: int) -> str:
    """
    A text without marks, in one line.
    """
    text = told[:LOOKED_AT] if isinstance(told, str) else ""
    text = html.unescape(_MARK.sub(" ", text))
    # Marks that were escaped twice are marks all the same.
    return " ".join(_MARK.sub(" ", text).split())[:most]
