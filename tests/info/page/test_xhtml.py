"""
Tests of L{gigasetd.info.page.xhtml}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.page.xhtml import (
    LARGEST,
    RESERVED,
    anchor,
    cleanText,
    escapedOrBlank,
    fieldName,
    fitting,
    hrefTo,
    isHref,
    seconds,
)


class TextTests(SynchronousTestCase):
    """
    Texts and links.
    """

    def test_clean(self) -> None:
        """
        A text has single blanks and letters of the handset; dots mark a cut.
        """
        self.assertEqual(cleanText("  a\n\tb „c“ "), 'a b "c"')
        self.assertEqual(cleanText("abcdefgh", 6), "abc...")
        self.assertEqual(cleanText("ab def", 6), "ab def")

    def test_escaped(self) -> None:
        """
        No text is markup, and none leaves an element empty.
        """
        self.assertEqual(escapedOrBlank('<a b="&">'), "&lt;a b=&quot;&amp;&quot;&gt;")
        self.assertEqual(escapedOrBlank(""), " ")

    def test_hrefs(self) -> None:
        """
        Links lead to pages of this server, or dial.
        """
        for href in ("menu", "city?id=1", "a.jsp", "wtai://wp/mc;30001#9"):
            self.assertTrue(isHref(href), href)
            self.assertEqual(anchor("x", href), f'<a href="{href}">x</a>')
        for href in ("", "/x", "//x", "http://x/", "wtai://wp/mc;", "x?" + "y" * 200):
            self.assertFalse(isHref(href), href)
            self.assertEqual(anchor("x", href), "x")

    def test_names(self) -> None:
        """
        A page cannot use the names that phones use, nor invalid ones.
        """
        self.assertEqual(hrefTo("city", q="a b", at=3), "city?q=a%20b&at=3")
        self.assertEqual(fieldName("q"), "q")
        for name in (*RESERVED, "", "1a", "A", "a-b", "a" * 33):
            self.assertRaises(ValueError, fieldName, name)
        self.assertRaises(ValueError, hrefTo, "/menu")


class LimitTests(SynchronousTestCase):
    """
    Limits of pages.
    """

    def test_seconds(self) -> None:
        """
        A phone accepts 0, or 15 seconds to a day.
        """
        sent = [seconds(value) for value in (-5, 0, 0.5, 15, 1e9)]
        self.assertEqual(sent, [0, 0, 15, 15, 86400])

    def test_fitting(self) -> None:
        """
        Pieces are counted in bytes with their line ends, and the first that does
        not fit ends the page.
        """
        piece = "ä" * (LARGEST // 4)
        self.assertEqual(fitting([piece], "..."), [piece])
        self.assertEqual(fitting([piece, piece, "x"], "..."), [piece, "..."])
        self.assertEqual(fitting(["x" * (LARGEST - 1)], "..."), ["x" * (LARGEST - 1)])
