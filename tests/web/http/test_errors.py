"""
Tests of L{gigasetd.web.http.errors}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.web.http.errors import REASONS, escaped, refusal
from tests.info.checker import check
from tests.web.case import answers


class RefusalTests(SynchronousTestCase):
    """
    L{refusal}.
    """

    def test_whole(self) -> None:
        """
        Each refusal is a whole response that ends the connection, with a page
        that a handset can show.
        """
        for code, (_, sentence) in REASONS.items():
            (answer,) = answers(refusal(code))
            self.assertEqual(answer.code, code)
            self.assertEqual(answer.headers["connection"], "close")
            self.assertIn(sentence.encode(), answer.body)
            check(answer.body)

    def test_allow(self) -> None:
        """
        405 says which methods there are (RFC 9110 section 15.5.6), and only
        405 does.
        """
        for code in REASONS:
            (answer,) = answers(refusal(code))
            self.assertEqual("allow" in answer.headers, code == 405)


class EscapedTests(SynchronousTestCase):
    """
    L{escaped}.
    """

    def test_target(self) -> None:
        """
        Spaces and letters that a target may not hold are escaped; the rest of
        the line stays.
        """
        for line, expected in {
            b"GET /a b/\xe4?x=\x7f HTTP/1.1": b"GET /a%20b/%E4?x=%7F HTTP/1.1",
            b"GET /a%20b HTTP/1.1": b"GET /a%20b HTTP/1.1",
            b"GET /": b"GET /",
            b"": b"",
        }.items():
            self.assertEqual(escaped(line), expected)
