# -*- test-case-name: tests.info.services.test_menuchoice -*-
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

GROUP = 8  #: check boxes on one page
BOX = "s_"  #: prefix of a service's id in the name of its check box


class ServiceSelection:
    """
    The selectable services, and a profile's selection.

    C{ticker} says whether the idle display is meant, not the menu.
    """

    def __init__(self, registry: Registry, services: Sequence[Service]) -> None:
        self.registry = registry
        self.services = services

    def ids(self, context: PageContext, ticker: bool) -> list[str]:
        """
        Return the ids that the phone's owner can select.
        """
        return [
            service.id
            for service in self.services
            if service.audience <= context.audience and (service.ticks or not ticker)
        ]

    def standard(self, ticker: bool) -> list[str]:
        """
        Return the default selection.
        """
        if ticker:
            return list(TICKER)
        return [service.id for service in self.services if service.usual]

    def chosen(self, context: PageContext, ticker: bool) -> list[str]:
        """
        Return the ids that the profile selects.
        """
        text = context.profile.ticker if ticker else context.profile.services
        return chosenServices(text, self.standard(ticker), self.ids(context, ticker))

    def store(self, context: PageContext, ticker: bool, ids: Sequence[str]) -> None:
        """
        Save a selection in the profile.
        """
        field = "ticker" if ticker else "services"
        context.profile = profiles.change(
            self.registry, context.profile, **{field: encodeChoice(ids)}
        )

    def titles(self, words: Translator) -> dict[str, str]:
        """
        Return the titles by id.
        """
        return {service.id: service.title(words) for service in self.services}


class ChoiceService(Service):
    """
    The pages that select services with check boxes.
    """

    id = "choose"
    parts = True
    audience = Audience.DEVICE
    usual = False

    def __init__(self, selection: ServiceSelection) -> None:
        self.selection = selection

    def title(self, words: Translator) -> str:
        return words("Choose services")

    def page(self, context: PageContext) -> Page:
        """
        Save the boxes of the page before, and show the next ones.
        """
        # A GET form loses the parameters of its action, so the number of the
        # form's page is part of the action's page name.
        ticker = context.part.startswith("ticker")
        index = numberOf(context.part.removeprefix("ticker"))
        ids = self.selection.ids(context, ticker)
        if index is not None:
            self._save(context, ticker, ids[index : index + GROUP])
            index += GROUP
            if index >= len(ids):
                return savedPage(context, self.title(context.words))
        return self._form(context, ticker, index or 0, ids)

    def _save(self, context: PageContext, ticker: bool, group: Sequence[str]) -> None:
        on = [id for id in group if BOX + id in context.parameters]
        chosen = self.selection.chosen(context, ticker)
        self.selection.store(context, ticker, applyTicks(chosen, group, on))

    def _form(
        self, context: PageContext, ticker: bool, index: int, ids: Sequence[str]
    ) -> Page:
        words = context.words
        chosen = self.selection.chosen(context, ticker)
        titles = self.selection.titles(words)
        boxes = [
            Tick(BOX + id, titles[id], id in chosen)
            for id in ids[index : index + GROUP]
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
    The page that sets the order: selecting a service moves it up.
    """

    id = "order"
    parts = True
    audience = Audience.DEVICE
    usual = False

    def __init__(self, selection: ServiceSelection) -> None:
        self.selection = selection

    def title(self, words: Translator) -> str:
        return words("Order of services")

    def page(self, context: PageContext) -> Page:
        """
        Move a service up, and show the list.
        """
        ticker = context.part == "ticker"
        chosen = self.selection.chosen(context, ticker)
        raised = context.parameters.get("up", "")
        if raised in chosen[1:]:
            chosen = moveUp(chosen, raised)
            self.selection.store(context, ticker, chosen)
        words, titles = context.words, self.selection.titles(context.words)
        page = "order_ticker" if ticker else self.id
        if not chosen:
            return Menu(words("Move up:"), [Text("-")])
        items = [Link(titles[id], hrefTo(page, up=id)) for id in chosen]
        at = numberOf(context.parameters.get("at", "")) or 0
        return paged(words("Move up:"), items, Link(words("more"), f"{page}?at="), at)
