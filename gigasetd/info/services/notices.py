# -*- test-case-name: tests.info.services.test_notices -*-
"""
The operator's notices.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.info.language.locale import Translator
from gigasetd.info.page.page import Info, Line, Page, Text
from gigasetd.info.services.interface import Audience, PageContext, Service
from gigasetd.registry.model import Notice
from gigasetd.registry.registry import Registry

SHOWN = 5  #: notices on the page


class NoticesService(Service):
    """
    The page of notices.
    """

    id = "notices"
    audience = Audience.DEVICE
    ticks = True

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def title(self, words: Translator) -> str:
        return words("Notices")

    def present(self, context: PageContext) -> bool:
        return bool(self._current(context))

    def page(self, context: PageContext) -> Page:
        """
        Show the latest notices.
        """
        texts = [Text(notice.text) for notice in self._current(context)[:SHOWN]]
        none = Text(context.words("There are no notices."))
        return Info(self.title(context.words), texts or [none])

    def lines(self, context: PageContext) -> list[Line]:
        return [Line(left=notice.text) for notice in self._current(context)[:1]]

    def _current(self, context: PageContext) -> list[Notice]:
        notices = [
            notice
            for notice in self.registry.notices.values()
            if not notice.until or notice.until > context.now
        ]
        for notice in notices:
            if notice.until:
                context.ends(notice.until)
        return sorted(notices, key=lambda notice: -notice.added)
