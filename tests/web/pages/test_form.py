"""
Tests of L{gigasetd.web.pages.form}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import BadValue
from gigasetd.web.pages.form import NotAForm, isCrossSite, isSame, parseForm

FORM = "application/x-www-form-urlencoded"


class ParseFormTests(SynchronousTestCase):
    """
    L{parseForm}.
    """

    def test_fields(self) -> None:
        """
        What a browser sends is what was typed, with line feeds at the ends of
        lines.
        """
        fields = parseForm(FORM, b"a=1+2&b=%C3%A4%26%3D&c=x%0D%0Ay&d&=")
        self.assertEqual(fields, {"a": "1 2", "b": "ä&=", "c": "x\ny", "d": "", "": ""})

    def test_refused(self) -> None:
        """
        Anything else is refused.
        """
        self.assertRaises(NotAForm, parseForm, "text/plain", b"a=1")
        for body in (b"a=1&a=2", b"a=%ff", b"&".join(b"%d=" % n for n in range(201))):
            self.assertRaises(BadValue, parseForm, FORM, body)


class IsSameTests(SynchronousTestCase):
    """
    L{isSame}.
    """

    def test_compares(self) -> None:
        """
        Only the whole secret is the same; any text can be tried.
        """
        self.assertTrue(isSame("secret", "secret"))
        for attempt in ("", "secre", "secret ", "Secret", "\udcff", "ü"):
            self.assertFalse(isSame(attempt, "secret"), attempt)


class IsCrossSiteTests(SynchronousTestCase):
    """
    L{isCrossSite}.
    """

    def test_headers(self) -> None:
        """
        What a browser says of the site that made it send the form counts.
        """
        none = {"sec-fetch-site": "", "origin": "", "host": "h:8080"}
        for headers, expected in (
            ({}, False),
            ({"origin": "http://h:8080"}, False),
            ({"origin": "http://h"}, True),
            ({"origin": "http://H:8080", "sec-fetch-site": "cross-site"}, True),
            ({"origin": "http://evil", "sec-fetch-site": "same-origin"}, False),
            ({"sec-fetch-site": "none"}, False),
        ):
            self.assertEqual(isCrossSite({**none, **headers}), expected, headers)
