# -*- test-case-name: tests.info.services.test_news -*-
"""
News: the feeds that the owner or the operator chose.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Sequence

from gigasetd.info.language.locale import Words
from gigasetd.info.page.page import Info, Line, Link, Menu, Page, Part, Text, paged
from gigasetd.info.page.xhtml import to
from gigasetd.info.services.interface import (
    Asker,
    Audience,
    Service,
    absent,
    momentOf,
    noteOf,
)
from gigasetd.info.sources.feed import Entry, Feed

SHOWN = 20  #: entries of one feed


class News(Service):
    """
    The service.

    @ivar feeds: the operator's own, for everybody.
    """

    id = "news"
    audience = Audience.DEVICE
    ticks = True

    def __init__(self, feeds: Sequence[str] = ()) -> None:
        self.feeds = tuple(feeds)

    def title(self, words: Words) -> str:
        """
        What the menu calls it.
        """
        return words("News")

    def present(self, asker: Asker) -> bool:
        """
        Whether anybody chose a feed.
        """
        return bool(self._urls(asker))

    def page(self, asker: Asker) -> Page:
        """
        The feeds, or one of them, or an entry of it.
        """
        urls = self._urls(asker)
        if not urls:
            text = asker.words("No feeds are chosen yet. See the web page /account/.")
            return Info(self.title(asker.words), [Text(text)])
        index = numberOf(asker.told.get("feed", "0" if len(urls) == 1 else ""))
        if index is None or index >= len(urls):
            return self._feeds(asker, urls)
        found = asker.find("feed", urls[index])
        if found.value is None:
            return absent(asker, self.title(asker.words), found)
        feed: Feed = found.value
        entry = numberOf(asker.told.get("entry", ""))
        if entry is not None and entry < len(feed.entries):
            return _entry(asker, feed.entries[entry], noteOf(asker, "feed", found))
        return self._titles(asker, index, feed)

    def lines(self, asker: Asker) -> list[Line]:
        """
        The newest title of the first feed, in two lines at most.
        """
        for url in self._urls(asker)[:1]:
            found = asker.find("feed", url)
            if found.value is not None and found.value.entries:
                return [Line(left=found.value.entries[0].title)]
        return []

    def _urls(self, asker: Asker) -> tuple[str, ...]:
        """
        The owner's feeds, then the operator's.
        """
        own = asker.profile.feeds.split() if asker.mac else []
        return tuple(dict.fromkeys((*own, *self.feeds)))

    def _feeds(self, asker: Asker, urls: Sequence[str]) -> Page:
        """
        The feeds to choose from.
        """
        items = []
        for index, url in enumerate(urls):
            feed = asker.find("feed", url).value
            name = feed.title if feed is not None and feed.title else hostOf(url)
            items.append(Link(name, to(self.id, feed=index)))
        return Menu(self.title(asker.words), items, asker.expires())

    def _titles(self, asker: Asker, index: int, feed: Feed) -> Page:
        """
        The titles of one feed.
        """
        items = [
            Link(entry.title or "...", to(self.id, feed=index, entry=number))
            for number, entry in enumerate(feed.entries[:SHOWN])
        ]
        more = Link(asker.words("more"), to(self.id, feed=index) + "&at=")
        at = numberOf(asker.told.get("at", "")) or 0
        return paged(feed.title or self.title(asker.words), items, more, at)


def _entry(asker: Asker, entry: Entry, note: Sequence[Part]) -> Page:
    """
    One entry: its title whole, when it was written, its text.
    """
    parts: list[Part] = [Text(entry.title, bold=True)]
    if entry.when:
        when = momentOf(entry.when, asker.time.tzinfo)
        parts.append(Text(f"{asker.words.date(when)} {asker.words.time(when)}"))
    if entry.text:
        parts.append(Text(entry.text))
    return Info("", [*parts, *note])


def numberOf(text: str) -> int | None:
    """
    A small whole number that a request tells, L{None} for anything else.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def hostOf(url: str) -> str:
    """
    The host of an address, without what may stand before and behind it.
    """
    host = url.partition("://")[2].partition("/")[0]
    return host.rpartition("@")[2].partition("?")[0]
