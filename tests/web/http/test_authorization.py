"""
Tests of L{gigasetd.web.http.authorization}.
"""

from __future__ import annotations

from base64 import b64encode

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.web.http.authorization import tokenCredentials


class TokenCredentialsTests(SynchronousTestCase):
    """
    L{tokenCredentials}.
    """

    def test_schemes(self) -> None:
        """
        Both schemes carry a token, in any case of their name.
        """
        self.assertEqual(tokenCredentials("bearer  abc "), ("", "abc"))
        basic = b64encode(b"name:to:ken").decode()
        self.assertEqual(tokenCredentials(f"BASIC {basic}"), ("name", "to:ken"))

    def test_none(self) -> None:
        """
        Rubbish and nameless Basic credentials carry none.
        """
        nameless = b64encode(b":token").decode()
        for text in ("", "Digest x", "Basic", "Basic ?", f"Basic {nameless}"):
            self.assertIsNone(tokenCredentials(text), text)
