# -*- test-case-name: tests.info.services.test_settings -*-
"""
The owner's choice and order of services, for the menu and the idle display.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Sequence

from gigasetd.info import profiles
from gigasetd.info.language.locale import Translator
from gigasetd.info.page.field import Tick, Ticks
from gigasetd.info.page.form import Form
from gigasetd.info.page.page import Link, Menu, Page, Text, paged
from gigasetd.info.page.xhtml import hrefTo
from gigasetd.info.serviceorder import (
    TICKER,
    applyTicks,
    chosenServices,
    encodeChoice,
    moveUp,
)
from gigasetd.info.services.interface import Audience, PageContext, Service
from gigasetd.info.services.news import numberOf
from gigasetd.info.services.settings import savedPage
from gigasetd.registry.registry import Registry

GROUP = 8  #: boxes on one page
BOX = "s_"  #: before a service's id, the name of its box


class ServiceSelection:
    """
    The services that can be chosen, and what a profile chose of them.
    """

    def __init__(self, registry: Registry, services: Sequence[Service]) -> None:
        self.registry = registry
        self.services = services

    def ids(self, context: PageContext, ticker: bool) -> list[str]:
        """
        What that phone's owner can choose from.
        """
        return [
            one.id
            for one in self.services
            if one.audience <= context.audience and (one.ticks or not ticker)
        ]

    def standard(self, ticker: bool) -> list[str]:
        """
        What is shown as long as nobody has chosen.
        """
        if ticker:
            return list(TICKER)
        return [one.id for one in self.services if one.usual]

    def chosen(self, context: PageContext, ticker: bool) -> list[str]:
        """
        What is shown.
        """
        text = context.profile.ticker if ticker else context.profile.services
        return chosenServices(text, self.standard(ticker), self.ids(context, ticker))

    def store(self, context: PageContext, ticker: bool, ids: Sequence[str]) -> None:
        """
        Make it the profile's.
        """
        field = "ticker" if ticker else "services"
        context.profile = profiles.change(
            self.registry, context.profile, **{field: encodeChoice(ids)}
        )

    def titles(self, words: Translator) -> dict[str, str]:
        """
        What they are called, by id.
        """
        return {one.id: one.title(words) for one in self.services}


class ChoiceService(Service):
    """
    Boxes to tick, some a page.
    """

    id = "choose"
    parts = True
    audience = Audience.DEVICE
    usual = False

    def __init__(self, offered: ServiceSelection) -> None:
        self.offered = offered

    def title(self, words: Translator) -> str:
        """
        What the settings call it.
        """
        return words("Choose services")

    def page(self, context: PageContext) -> Page:
        """
        The boxes of one page; what was ticked on the page before is taken.

        The number of a form's page stands in the name of the page it leads to,
        since a GET form has no other place for it.
        """
        ticker = context.part.startswith("ticker")
        index = numberOf(context.part.removeprefix("ticker"))
        ids = self.offered.ids(context, ticker)
        if index is not None:
            self._take(context, ticker, ids[index : index + GROUP])
            index += GROUP
            if index >= len(ids):
                return savedPage(context, self.title(context.words))
        return self._form(context, ticker, index or 0, ids)

    def _take(self, context: PageContext, ticker: bool, group: Sequence[str]) -> None:
        """
        Keep what was ticked.
        """
        on = [one for one in group if BOX + one in context.parameters]
        chosen = self.offered.chosen(context, ticker)
        self.offered.store(context, ticker, applyTicks(chosen, group, on))

    def _form(
        self, context: PageContext, ticker: bool, index: int, ids: Sequence[str]
    ) -> Page:
        """
        One page of boxes.
        """
        words = context.words
        chosen = self.offered.chosen(context, ticker)
        titles = self.offered.titles(words)
        boxes = [
            Tick(BOX + one, titles[one], one in chosen)
            for one in ids[index : index + GROUP]
        ]
        last = index + GROUP >= len(ids)
        return Form(
            words("Idle display") if ticker else self.title(words),
            f"choose_{'ticker' if ticker else ''}{index}",
            words("Save") if last else words("Next"),
            Ticks(boxes),
        )


class OrderService(Service):
    """
    The order: choosing a service lifts it by one place.
    """

    id = "order"
    parts = True
    audience = Audience.DEVICE
    usual = False

    def __init__(self, offered: ServiceSelection) -> None:
        self.offered = offered

    def title(self, words: Translator) -> str:
        """
        What the settings call it.
        """
        return words("Order of services")

    def page(self, context: PageContext) -> Page:
        """
        The list, after a lift if one was asked for.
        """
        ticker = context.part == "ticker"
        chosen = self.offered.chosen(context, ticker)
        lifted = context.parameters.get("up", "")
        if lifted in chosen[1:]:
            chosen = moveUp(chosen, lifted)
            self.offered.store(context, ticker, chosen)
        words, titles = context.words, self.offered.titles(context.words)
        page = "order_ticker" if ticker else self.id
        if not chosen:
            return Menu(words("Move up:"), [Text("-")])
        items = [Link(titles[one], hrefTo(page, up=one)) for one in chosen]
        at = numberOf(context.parameters.get("at", "")) or 0
        return paged(words("Move up:"), items, Link(words("more"), f"{page}?at="), at)
