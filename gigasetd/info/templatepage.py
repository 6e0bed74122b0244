# -*- test-case-name: tests.info.test_templatepage -*-
"""
The operator's template pages: C{NAME.j2} makes the lines from a JSON document,
C{NAME.toml} has the document's URL and the page's title.

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

AUDIENCES = {audience.name.lower(): audience for audience in Audience}
TICKS = 2  #: lines on an idle display


class TemplateDescription(NamedTuple):
    """
    The content of C{NAME.toml}.
    """

    titles: Mapping[str, str]  #: language -> title; C{""} for all other languages
    url: str = ""  #: of a JSON document; C{""} for none
    audience: Audience = Audience.DEVICE
    ticker: bool = False  #: whether the idle display may show it


def parseDescription(name: str, document: Mapping[str, Any]) -> TemplateDescription:
    """
    Parse C{NAME.toml}.

    @param document: the keys of the file.
    @raise BadValue: a key is unknown, or a value is invalid.
    """
    unknown = sorted(set(document) - {"title", "url", "audience", "ticker"})
    if unknown:
        raise BadValue(f"unknown key {unknown[0]}: use title, url, audience, ticker")
    title = document.get("title", name)
    titles = title if isinstance(title, dict) else {"": title}
    url, audience = document.get("url", ""), document.get("audience", "device")
    if not all(isinstance(value, str) for value in (*titles.values(), url)):
        raise BadValue("title and url must be strings")
    if audience not in AUDIENCES:
        raise BadValue(f"audience must be one of {', '.join(AUDIENCES)}")
    return TemplateDescription(
        titles, url, AUDIENCES[audience], document.get("ticker") is True
    )


class TemplateService(Service):
    """
    A service whose page is a template.

    @ivar render: makes the lines from the template's variables.
    """

    def __init__(
        self,
        name: str,
        description: TemplateDescription,
        render: Callable[[dict[str, Any]], str],
    ) -> None:
        self.id = name
        self.description = description
        self.render = render
        self.audience = description.audience
        self.ticks = description.ticker

    def title(self, words: Translator) -> str:
        titles = self.description.titles
        return titles.get(words.language) or titles.get("", "") or self.id

    def page(self, context: PageContext) -> Page:
        """
        Show the lines, once the document has been fetched.
        """
        title = self.title(context.words)
        if not self.description.url:
            return Info(title, self._parts(context, None))
        cached = context.find("json", self._url(context))
        if cached.value is None:
            return absent(context, title, cached)
        parts = self._parts(context, cached.value) + noteOf(context, "json", cached)
        return Info(title, parts, context.expires())

    def lines(self, context: PageContext) -> list[Line]:
        """
        Show the first lines.
        """
        data = None
        if self.description.url:
            data = context.find("json", self._url(context)).value
            if data is None:
                return []
        return list(linesOf(self._parts(context, data)))[:TICKS]

    def _url(self, context: PageContext) -> str:
        place = context.place
        values = {
            "{latitude}": f"{place.latitude:.2f}" if place else "",
            "{longitude}": f"{place.longitude:.2f}" if place else "",
            "{language}": context.words.language,
        }
        url = self.description.url
        for name, value in values.items():
            url = url.replace(name, value)
        return url

    def _parts(self, context: PageContext, data: Any) -> list[Part]:
        values = {
            "data": data,
            "language": context.words.language,
            "place": context.place,
            "time": context.time,
        }
        return partsOf(self.render(values))
