# -*- test-case-name: tests.info.services.test_calendar -*-
"""
What the operator tells everybody.

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
    The service.
    """

    id = "notices"
    audience = Audience.DEVICE
    ticks = True

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def title(self, words: Translator) -> str:
        """
        What the menu calls it.
        """
        return words("Notices")

    def present(self, context: PageContext) -> bool:
        """
        Whether there is any.
        """
        return bool(self._present(context))

    def page(self, context: PageContext) -> Page:
        """
        The newest ones.
        """
        said = [Text(notice.text) for notice in self._present(context)[:SHOWN]]
        none = Text(context.words("There are no notices."))
        return Info(self.title(context.words), said or [none])

    def lines(self, context: PageContext) -> list[Line]:
        """
        The newest one.
        """
        return [Line(left=notice.text) for notice in self._present(context)[:1]]

    def _present(self, context: PageContext) -> list[Notice]:
        """
        Those whose time is not over, the newest first.
        """
        said = [
            notice
            for notice in self.registry.notices.values()
            if not notice.until or notice.until > context.now
        ]
        for notice in said:
            if notice.until:
                context.ends(notice.until)
        return sorted(said, key=lambda notice: -notice.added)
