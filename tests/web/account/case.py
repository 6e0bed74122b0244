"""
An owner who is logged in.
"""

from __future__ import annotations

from gigasetd.registry.model import WebLogin
from tests.registry.populated import NUMBER
from tests.web.browser import PeopleCase

EVIL = "<img src=x onerror=alert(1)>"


class OwnerCase(PeopleCase):
    """
    An owner who is logged in.
    """

    def setUp(self) -> None:
        """
        Log in.
        """
        super().setUp()
        self.registry.drop(WebLogin(NUMBER, "", 0.0))
        self.browser.login()
