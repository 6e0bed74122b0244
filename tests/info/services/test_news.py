"""
Tests of L{gigasetd.info.services.news}.
"""

from __future__ import annotations

from gigasetd.info.services.news import hostOf
from gigasetd.info.sources.feed import Feed, FeedEntry
from tests.info.case import FEED, NEWS, NOON, InfoCase
from tests.info.checker import check, links


class NewsTests(InfoCase):
    """
    News of one operator's feed.
    """

    feeds = (FEED,)

    def test_titles(self) -> None:
        """
        One feed opens with its titles, some a page.
        """
        self.sources.tell(feed=NEWS)
        page = check(self.fetch("news"))
        found = links(page)
        self.assertGreaterEqual(len(found), 10)
        self.assertIn("at=", found[-1])
        follow = dict(
            pair.split("=") for pair in found[-1].partition("?")[2].split("&")
        )
        self.assertNotIn("Title 0 ", self.shown("news", **follow))

    def test_entry(self) -> None:
        """
        An entry shows when it was written and its text; marks are text.
        """
        self.sources.tell(feed=NEWS)
        shown = self.shown("news", feed="0", entry="3")
        for words in ("Title 3 <b>", "Mo 23.11.2026 13:00", "Text 3 & more"):
            self.assertIn(words, shown)
        self.assertIn("Title 0", self.shown("news", feed="0", entry="99"))

    def test_own(self) -> None:
        """
        The owner's feeds come first, to choose from; the address of one that
        has said nothing is its host, without a password in it.
        """
        self.fetch("menu")
        own = "https://me:secret@own.example:8443/rss?token=x"
        self.registry.put(self.profile._replace(feeds=own))
        shown = self.shown("news")
        self.assertIn("own.example", shown)
        self.assertNotIn("secret", shown)
        self.assertEqual(self.links("news"), ["news?feed=0", "news?feed=1"])

    def test_bomb(self) -> None:
        """
        A feed of whatever length makes a page that a phone can load.
        """
        huge = "x" * 100000
        self.sources.tell(
            feed=Feed(huge, tuple(FeedEntry(huge, huge, NOON) for _ in "ab"))
        )
        self.body("news")
        self.body("news", feed="0", entry="0")

    def test_hosts(self) -> None:
        """
        L{hostOf}.
        """
        for url, host in {
            "https://a.example/x": "a.example",
            "http://a@b.example?x": "b.example",
            "rubbish": "",
        }.items():
            self.assertEqual(hostOf(url), host)


class NoNewsTests(InfoCase):
    """
    Without any feed.
    """

    def test_none(self) -> None:
        """
        The menu has no news, and the page says where to choose some.
        """
        self.assertNotIn("news", self.links("menu"))
        self.assertIn("/account/", self.shown("news"))
