# -*- test-case-name: tests.info.test_plugins -*-
"""
A page of the operator's that is a template over a JSON document: C{NAME.j2}
makes the lines, C{NAME.toml} says where the document is and what the menu
calls the page.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from gigasetd.errors import BadValue
from gigasetd.info.language.locale import Translator
from gigasetd.info.page.linemarkup import linesOf, partsOf
from gigasetd.info.page.page import Info, Line, Page, Part
from gigasetd.info.services.interface import (
    Audience,
    PageContext,
    Service,
    absent,
    noteOf,
)

AUDIENCES = {one.name.lower(): one for one in Audience}
TICKS = 2  #: lines on an idle display


class TemplateDescription(NamedTuple):
    """
    What C{NAME.toml} says.
    """

    titles: Mapping[str, str]  #: language -> what the menu calls it; C{""}: any
    url: str = ""  #: of a JSON document; C{""} for none
    audience: Audience = Audience.DEVICE
    ticker: bool = False  #: whether an idle handset may show it


def parseDescription(name: str, told: Mapping[str, Any]) -> TemplateDescription:
    """
    Read what was written.

    @param told: the keys of the file.
    @raise BadValue: one of them has no sense.
    """
    unknown = sorted(set(told) - {"title", "url", "audience", "ticker"})
    if unknown:
        raise BadValue(f"there is no key {unknown[0]}")
    title = told.get("title", name)
    titles = title if isinstance(title, dict) else {"": title}
    url, audience = told.get("url", ""), told.get("audience", "device")
    if not all(isinstance(one, str) for one in (*titles.values(), url)):
        raise BadValue("title and url are texts")
    if audience not in AUDIENCES:
        raise BadValue(f"audience is one of {', '.join(AUDIENCES)}")
    return TemplateDescription(
        titles, url, AUDIENCES[audience], told.get("ticker") is True
    )


class TemplateService(Service):
    """
    The service.

    @ivar render: makes the lines from the template's variables.
    """

    def __init__(
        self,
        name: str,
        what: TemplateDescription,
        render: Callable[[dict[str, Any]], str],
    ) -> None:
        self.id = name
        self.what = what
        self.render = render
        self.audience = what.audience
        self.ticks = what.ticker

    def title(self, words: Translator) -> str:
        """
        What the menu calls it.
        """
        titles = self.what.titles
        return titles.get(words.language) or titles.get("", "") or self.id

    def page(self, context: PageContext) -> Page:
        """
        The lines, once the document is there.
        """
        title = self.title(context.words)
        if not self.what.url:
            return Info(title, self._parts(context, None))
        found = context.find("json", self._url(context))
        if found.value is None:
            return absent(context, title, found)
        parts = self._parts(context, found.value) + noteOf(context, "json", found)
        return Info(title, parts, context.expires())

    def lines(self, context: PageContext) -> list[Line]:
        """
        The first lines.
        """
        data = None
        if self.what.url:
            data = context.find("json", self._url(context)).value
            if data is None:
                return []
        return list(linesOf(self._parts(context, data)))[:TICKS]

    def _url(self, context: PageContext) -> str:
        """
        The document's address, for the asker's place and language.
        """
        place = context.place
        values = {
            "{latitude}": f"{place.latitude:.2f}" if place else "",
            "{longitude}": f"{place.longitude:.2f}" if place else "",
            "{language}": context.words.language,
        }
        url = self.what.url
        for name, value in values.items():
            url = url.replace(name, value)
        return url

    def _parts(self, context: PageContext, data: Any) -> list[Part]:
        """
        What the template makes of it.
        """
        values = {
            "data": data,
            "language": context.words.language,
            "place": context.place,
            "time": context.time,
        }
        return partsOf(self.render(values))
