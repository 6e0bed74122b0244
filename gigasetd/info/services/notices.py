# -*- test-case-name: tests.info.services.test_calendar -*-
"""
What the operator tells everybody.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.info.language.locale import Words
from gigasetd.info.page.page import Info, Line, Page, Text
from gigasetd.info.services.interface import Asker, Audience, Service
from gigasetd.registry.model import Notice
from gigasetd.registry.registry import Registry

SHOWN = 5  #: notices on the page


class Notices(Service):
    """
    The service.
    """

    id = "notices"
    audience = Audience.DEVICE
    ticks = True

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def title(self, words: Words) -> str:
        """
        What the menu calls it.
        """
        return words("Notices")

    def present(self, asker: Asker) -> bool:
        """
        Whether there is any.
        """
        return bool(self._present(asker))

    def page(self, asker: Asker) -> Page:
        """
        The newest ones.
        """
        said = [Text(notice.text) for notice in self._present(asker)[:SHOWN]]
        none = Text(asker.words("There are no notices."))
        return Info(self.title(asker.words), said or [none])

    def lines(self, asker: Asker) -> list[Line]:
        """
        The newest one.
        """
        return [Line(left=notice.text) for notice in self._present(asker)[:1]]

    def _present(self, asker: Asker) -> list[Notice]:
        """
        Those whose time is not over, the newest first.
        """
        said = [
            notice
            for notice in self.registry.notices.values()
            if not notice.until or notice.until > asker.now
        ]
        for notice in said:
            if notice.until:
                asker.ends(notice.until)
        return sorted(said, key=lambda notice: -notice.added)
