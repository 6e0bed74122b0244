"""
Tests for L{gigasetd.provisioning.urlformat}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.provisioning.urlformat import (
    BadFormat,
    Places,
    checkFormat,
    expand,
    parseSublist,
    sublist,
)

PLACES = Places("0001E3123456", "42/2", "http://h.example/device/", "123", (0, 2))


class FormatTests(SynchronousTestCase):
    """
    URLs with places.
    """

    def test_places(self) -> None:
        """
        Every place is filled in; the base stands without its scheme.
        """
        for text, url in (
            ("http://%DURL/%MACD.xml", "http://h.example/device/0001E3123456.xml"),
            ("http://h/%DVID/%MACC", "http://h/42/2/00:01:E3:12:34:56"),
            ("http://h/?ac=%ACTC&s=%SUBLIST&p=100%%", "http://h/?ac=123&s=06A0&p=100%"),
            ("http://h/%%MACD", "http://h/%MACD"),
        ):
            self.assertEqual(expand(text, PLACES), url)

    def test_bad(self) -> None:
        """
        What a phone could not use is refused.
        """
        for text in ("", "http://h/%", "http://h/%MAC", "a" * 253, "http://h/é", "a\0"):
            with self.assertRaises(BadFormat):
                checkFormat(text)

    def test_sublist(self) -> None:
        """
        The list of handsets, in its short and in its long form, there and
        back.
        """
        self.assertEqual(sublist((0, 2), 6), "06A0")
        for slots, taken in ((6, (0, 2)), (100, (0, 99)), (300, (7, 8, 299)), (0, ())):
            self.assertEqual(parseSublist(sublist(taken, slots)), (slots, taken))
        self.assertEqual(sublist((), 300)[:6], "82012C")

    def test_badSublist(self) -> None:
        """
        What is none is refused, however long it is.
        """
        for text in ("", "0", "zz", "06", "80", "85" + "FF" * 9, "FF", "6" * 99999):
            with self.assertRaises(BadFormat, msg=text[:9]):
                parseSublist(text)
        with self.assertRaises(BadFormat):
            sublist((6,), 6)
