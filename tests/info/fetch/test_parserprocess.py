"""
Tests of L{gigasetd.info.fetch.parserprocess}, L{gigasetd.info.fetch.parserworker} and
L{gigasetd.info.fetch.ipc}.
"""

from __future__ import annotations

from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults
from twisted.trial.unittest import SynchronousTestCase, TestCase

from gigasetd.info.fetch import parserworker as child
from gigasetd.info.fetch.ipc import ParseRequest
from gigasetd.info.fetch.parserprocess import ParserProcess
from gigasetd.info.sources.feed import Feed, parse
from gigasetd.info.sources.icalfeed import CalendarEvent
from gigasetd.info.sources.interface import RawDocument, SourceError
from tests.info.documents import BOMB, NOON, RSS, calendar

ENDLESS = (
    b"<rss version='2.0'><channel><item "
    + b" ".join(b"a%d='1'" % number for number in range(60000))
    + b"/></channel></rss>"
)
"""COMPAT: feedparser 6.0.14 takes minutes for an element of very many attributes."""


def asked(body: bytes, source: str = "feed") -> ParseRequest:
    """
    A document.
    """
    return ParseRequest(source, "http://x/", NOON, 1 << 20, {}, body)


class ApartTests(TestCase):
    """
    L{ParserProcess}.
    """

    timeout = 60

    def render(self, patience: float) -> ParserProcess:
        """
        Something to read with, which is gone when the test is.
        """
        apart = ParserProcess(reactor, patience)
        self.addCleanup(apart.stop)
        return apart

    async def test_read(self) -> None:
        """
        A feed and a calendar are what they would be if they were read here,
        by one process for both.
        """
        apart = self.render(30.0)
        feed = await apart.read(asked(RSS), Feed)
        self.assertEqual(feed, parse(RawDocument(RSS, "", NOON)))
        lines = "DTSTART:20261124T090000Z\nSUMMARY:Dentist"
        events = await apart.read(
            asked(calendar(lines), "calendar"), tuple[CalendarEvent, ...]
        )
        self.assertEqual(events[0].title, "Dentist")
        self.assertEqual(apart.counts, {"readers_started": 1, "readers_killed": 0})

    async def test_bad(self) -> None:
        """
        What is no feed is said to be none, and the process goes on.
        """
        apart = self.render(30.0)
        for body in (b"<html>", BOMB, b"", b"\xff" * 100):
            try:
                await apart.read(asked(body), Feed)
            except SourceError as error:
                self.assertTrue(str(error))
        self.assertTrue(await apart.read(asked(RSS), Feed))
        self.assertEqual(apart.counts["readers_started"], 1)

    async def test_endless(self) -> None:
        """
        A document that would take minutes is given up, and the next one is
        read as if nothing had been.
        """
        apart = self.render(3.0)
        bad = Deferred.fromCoroutine(apart.read(asked(ENDLESS), Feed))
        good = Deferred.fromCoroutine(apart.read(asked(RSS), Feed))
        await self.assertFailure(bad, SourceError)
        self.assertEqual((await good).title, "Tagesnachrichten")
        self.assertEqual(apart.counts, {"readers_started": 2, "readers_killed": 1})

    async def test_several(self) -> None:
        """
        Several at once are read one after the other.
        """
        apart = self.render(30.0)
        reading: list[Any] = [
            Deferred.fromCoroutine(apart.read(asked(RSS), Feed)) for _ in range(5)
        ]
        self.assertEqual(len({one.title for one in await gatherResults(reading)}), 1)


class ToldTests(SynchronousTestCase):
    """
    L{child.parse}.
    """

    def test_other(self) -> None:
        """
        Only what an owner may enter is read there.
        """
        self.assertEqual(set(child.READERS), {"feed", "calendar"})
        self.assertEqual(child.parse(asked(b"<html>")).fault, "not a feed")
