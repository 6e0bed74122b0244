# -*- test-case-name: tests.info.services.test_webcode -*-
"""
Web access: a code to log in to C{/account/} without a password.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable

from gigasetd.info.language.locale import Translator
from gigasetd.info.page.page import Info, Page, Text
from gigasetd.info.services.interface import Audience, PageContext, Service

Code = Callable[[str, float], str]


class WebCodeService(Service):
    """
    The page with the code.

    @ivar code: makes a code from the device's MAC and the time.
    """

    id = "access"
    audience = Audience.OWNER
    pictured = False

    def __init__(self, code: Code) -> None:
        self.code = code

    def title(self, words: Translator) -> str:
        return words("Web access")

    def page(self, context: PageContext) -> Page:
        """
        Show a new code.
        """
        words = context.words
        code = self.code(context.mac, context.now)
        if not code:
            return Info(
                self.title(words), [Text(words("Not available at the moment."))]
            )
        return Info(
            self.title(words),
            [
                Text(words("Open /account/ on this server and enter:")),
                Text(f"{code[:4]} {code[4:]}", "center", True),
                Text(words("The code works once, within ten minutes.")),
            ],
        )
