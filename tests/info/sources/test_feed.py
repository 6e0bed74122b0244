"""
Tests of L{gigasetd.info.sources.feed}.
"""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.sources.feed import MOST, Feed, parse, plain, source
from gigasetd.info.sources.interface import RawDocument, SourceError
from tests.info.documents import ATOM, BOMB, NOON, RSS


def rss(title: str, text: str = "", encoding: str = "utf-8") -> bytes:
    """
    A feed of one entry.
    """
    return (
        f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel>'
        f"<title>T</title><item><title>{title}</title><description>{text}"
        "</description></item></channel></rss>"
    ).encode(encoding)


class FeedTests(SynchronousTestCase):
    """
    What becomes of a feed.
    """

    def parse(self, body: bytes, kind: str = "") -> Feed:
        """
        Read one.
        """
        return parse(RawDocument(body, "http://x/", NOON, kind))

    def test_rss(self) -> None:
        """
        The newest comes first, without marks; an entry without a title is
        called by its text; C{ttl} is minded.
        """
        feed = self.parse(RSS)
        self.assertEqual((feed.title, feed.ttl), ("Tagesnachrichten", 3600.0))
        first, second, third = feed.entries
        self.assertEqual((first.title, first.when), ("Neuer", NOON - 7200))
        self.assertEqual(second.title, "Älter & kühler")
        self.assertEqual(second.text, "Am Montag wird's kühl.")
        self.assertEqual(third.title, "Nur ein Text")
        self.assertEqual(source().lasts(feed), 3600.0)

    def test_atom(self) -> None:
        """
        Atom is read as well.
        """
        (entry,) = self.parse(ATOM, "application/atom+xml").entries
        self.assertEqual((entry.title, entry.text), ("Bold claim", "Text"))

    def test_encodings(self) -> None:
        """
        Letters arrive in whatever encoding a feed says it has.
        """
        for encoding in ("utf-8", "iso-8859-1", "windows-1252", "utf-16"):
            (entry,) = self.parse(rss("Größe", "", encoding)).entries
            self.assertEqual(entry.title, "Größe", encoding)

    def test_script(self) -> None:
        """
        Nothing of a feed is a mark any longer, however it was hidden.
        """
        hidden = "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;ok"
        (entry,) = self.parse(rss(hidden, "<![CDATA[<img src=x onerror=y>!]]>")).entries
        self.assertEqual((entry.title, entry.text), ("alert(1) ok", "!"))

    def test_long(self) -> None:
        """
        A long title is cut, and of many entries some are kept.
        """
        items = "<item><title>" + "x" * 5000 + "</title></item>"
        body = f"<rss version='2.0'><channel>{items * 100}</channel></rss>".encode()
        entries = self.parse(body).entries
        self.assertEqual((len(entries), len(entries[0].title)), (MOST, 200))

    def test_bomb(self) -> None:
        """
        A feed of nested entities does not unfold.
        """
        try:
            shown = repr(self.parse(BOMB))
        except SourceError:
            return
        self.assertLess(len(shown), 2000)

    def test_outside(self) -> None:
        """
        A feed cannot make this server read a file.
        """
        secret = Path(self.mktemp())
        secret.write_text("s3cret")
        body = (
            f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{secret.absolute()}">]>'
            "<rss version='2.0'><channel><item><title>a&x;b</title></item></channel>"
            "</rss>"
        ).encode()
        try:
            shown = repr(self.parse(body))
        except SourceError:
            return
        self.assertNotIn("s3cret", shown)

    def test_noFile(self) -> None:
        """
        A body is never taken for the name of a file or an address.
        """
        name = Path(self.mktemp())
        name.write_bytes(RSS)
        for body in (str(name.absolute()).encode(), b"http://127.0.0.1:1/", b""):
            with self.assertRaises(SourceError):
                self.parse(body)

    def test_noFeed(self) -> None:
        """
        What is no feed is said to be none.
        """
        for body in (b"<html><body>x</body></html>", b"{}", b"\0" * 100, b"<rss"):
            with self.assertRaises(SourceError):
                self.parse(body)

    def test_slow(self) -> None:
        """
        A text that is nothing but marks is read in time that grows with its
        length.
        """
        self.assertEqual(plain("<" * 1000000, 100), "<" * 100)
        self.assertEqual(plain("<a " * 300000, 10), "<a <a <a <")
        self.assertEqual(plain(None, 10), "")
