# -*- test-case-name: tests.info.services.test_news -*-
"""
News of the feeds that the owner or the operator chose.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Sequence

from gigasetd.info.language.locale import Translator
from gigasetd.info.page.page import Info, Line, Link, Menu, Page, Part, Text, paged
from gigasetd.info.page.xhtml import hrefTo
from gigasetd.info.services.interface import (
    Audience,
    PageContext,
    Service,
    absent,
    momentOf,
    noteOf,
)
from gigasetd.info.sources.feed import Feed, FeedEntry

SHOWN = 20  #: entries of one feed


class NewsService(Service):
    """
    The news page.

    @ivar feeds: the operator's, shown to all.
    """

    id = "news"
    audience = Audience.DEVICE
    ticks = True

    def __init__(self, feeds: Sequence[str] = ()) -> None:
        self.feeds = tuple(feeds)

    def title(self, words: Translator) -> str:
        return words("News")

    def present(self, context: PageContext) -> bool:
        return bool(self._urls(context))

    def page(self, context: PageContext) -> Page:
        """
        Show the feeds, the titles of one, or one entry.
        """
        urls = self._urls(context)
        if not urls:
            text = context.words(
                "No feeds are set. Add some on the web page /account/."
            )
            return Info(self.title(context.words), [Text(text)])
        index = numberOf(context.parameters.get("feed", "0" if len(urls) == 1 else ""))
        if index is None or index >= len(urls):
            return self._feeds(context, urls)
        cached = context.find("feed", urls[index])
        if cached.value is None:
            return absent(context, self.title(context.words), cached)
        feed: Feed = cached.value
        entry = numberOf(context.parameters.get("entry", ""))
        if entry is not None and entry < len(feed.entries):
            return _entry(context, feed.entries[entry], noteOf(context, "feed", cached))
        return self._titles(context, index, feed)

    def lines(self, context: PageContext) -> list[Line]:
        """
        Show the latest title of the first feed.
        """
        for url in self._urls(context)[:1]:
            cached = context.find("feed", url)
            if cached.value is not None and cached.value.entries:
                return [Line(left=cached.value.entries[0].title)]
        return []

    def _urls(self, context: PageContext) -> tuple[str, ...]:
        # The owner's feeds, then the operator's.
        own = context.profile.feeds.split() if context.mac else []
        return tuple(dict.fromkeys((*own, *self.feeds)))

    def _feeds(self, context: PageContext, urls: Sequence[str]) -> Page:
        items = []
        for index, url in enumerate(urls):
            feed = context.find("feed", url).value
            name = feed.title if feed is not None and feed.title else hostOf(url)
            items.append(Link(name, hrefTo(self.id, feed=index)))
        return Menu(self.title(context.words), items, context.expires())

    def _titles(self, context: PageContext, index: int, feed: Feed) -> Page:
        items = [
            Link(entry.title or "...", hrefTo(self.id, feed=index, entry=number))
            for number, entry in enumerate(feed.entries[:SHOWN])
        ]
        more = Link(context.words("more"), hrefTo(self.id, feed=index) + "&at=")
        at = numberOf(context.parameters.get("at", "")) or 0
        return paged(feed.title or self.title(context.words), items, more, at)


def _entry(context: PageContext, entry: FeedEntry, note: Sequence[Part]) -> Page:
    parts: list[Part] = [Text(entry.title, bold=True)]
    if entry.when:
        when = momentOf(entry.when, context.time.tzinfo)
        parts.append(Text(f"{context.words.date(when)} {context.words.time(when)}"))
    if entry.text:
        parts.append(Text(entry.text))
    return Info("", [*parts, *note])


def numberOf(text: str) -> int | None:
    """
    Parse a small whole number; L{None} for anything else.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def hostOf(url: str) -> str:
    """
    Return the host of a URL, without user name and port.
    """
    host = url.partition("://")[2].partition("/")[0]
    return host.rpartition("@")[2].partition("?")[0]
