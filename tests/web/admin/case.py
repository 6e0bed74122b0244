"""
An operator who is logged in.
"""

from __future__ import annotations

from gigasetd.auth.passwords import tokenHash
from gigasetd.registry.model import Token
from tests.web.browser import Browser, PeopleCase

TOKEN = "t" * 43
EVIL = "<script>alert(1)</script>"


class OperatorCase(PeopleCase):
    """
    An operator who is logged in.
    """

    def setUp(self) -> None:
        """
        Log in with a token.
        """
        super().setUp()
        self.registry.put(Token("me", tokenHash(TOKEN), 0.0))
        self.enter(self.browser)

    def enter(self, browser: Browser, token: str = TOKEN) -> None:
        """
        Log in.
        """
        browser.get("/admin/login")
        browser.send("/admin/login", token=token)
