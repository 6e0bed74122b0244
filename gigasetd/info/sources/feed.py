# -*- test-case-name: tests.info.sources.test_feed -*-
"""
News from RSS and Atom feeds: titles and short texts.

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

MOST = 30  #: entries of one feed
LONGEST_TITLE, LONGEST_TEXT = 200, 600  #: characters
LONGEST_TTL = 86400.0  #: seconds
LOOKED_AT = 20000  #: characters of a text that are processed

_TAG = re.compile("<[^<>]*>")
KINDS = (
    *XML, "application/rss+xml", "application/atom+xml", "application/rdf+xml",
    "application/octet-stream", "text/plain", "text/html",
)  # fmt: skip
"""COMPAT: many feeds are served as plain text or HTML; the parser rejects others."""


class FeedEntry(NamedTuple):
    """
    One entry of a feed.
    """

    title: str
    text: str  #: without markup, C{""} for none
    when: float  #: when it was published, epoch seconds, C{0.0} for unknown


class Feed(NamedTuple):
    """
    A feed, the newest entries first.
    """

    title: str
    entries: tuple[FeedEntry, ...]
    ttl: float = 0.0  #: seconds until it wants to be fetched again


def source(trusted: Iterable[str] = ()) -> Source:
    """
    Build the source; its keys are the URLs of feeds.

    @param trusted: the operator's own feeds; all others are owners' addresses.
    """
    return Source(
        "feed", lambda key, now: key, parse, Freshness(900, 1800, LONGEST_TTL), KINDS,
        guarded=True, trusted=frozenset(trusted), isolatedType=Feed,
        lasts=lambda feed: float(feed.ttl),
    )  # fmt: skip


def parse(raw: RawDocument) -> Feed:
    """
    Parse a feed.
    """
    # Given bytes or text, feedparser may open them as a file name or a URL. Its
    # sanitizer is not needed: plain removes all markup, and in linear time.
    document = feedparser.parse(
        BytesIO(raw.body),
        response_headers={"content-type": raw.kind},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not document.get("version"):
        raise SourceError("not a feed")
    entries = [_entry(record) for record in document.entries[: 10 * MOST]]
    if all(entry.when for entry in entries):
        entries.sort(key=lambda entry: -entry.when)
    titled = [entry for entry in entries if entry.title]
    title = plain(document.feed.get("title"), LONGEST_TITLE)
    return Feed(title, tuple(titled[:MOST]), _ttl(document.feed.get("ttl")))


def _entry(record: Any) -> FeedEntry:
    # An entry without a title gets the beginning of its text as one.
    text = plain(record.get("summary"), LONGEST_TEXT)
    title = plain(record.get("title"), LONGEST_TITLE) or text[:LONGEST_TITLE]
    return FeedEntry(title, text, _when(record))


def _when(record: Any) -> float:
    for name in ("published_parsed", "updated_parsed"):
        try:
            return float(timegm(record[name]))
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
    return 0.0


def _ttl(value: Any) -> float:
    # The RSS element is in minutes.
    isNumber = isinstance(value, str) and value.isascii() and value.isdigit()
    return min(int(value[:6]) * 60.0, LONGEST_TTL) if isNumber else 0.0


def plain(value: Any, most: int) -> str:
    """
    Remove markup and line breaks from a text.
    """
    text = value[:LOOKED_AT] if isinstance(value, str) else ""
    text = html.unescape(_TAG.sub(" ", text))
    # Markup that was escaped is still markup.
    return " ".join(_TAG.sub(" ", text).split())[:most]
