# -*- test-case-name: tests.info.services.test_settings -*-
"""
The owner's choice and order of services, for the menu and the idle display.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Sequence

from gigasetd.info import profiles
from gigasetd.info.language.locale import Words
from gigasetd.info.page.field import Tick, Ticks
from gigasetd.info.page.form import Form
from gigasetd.info.page.page import Link, Menu, Page, Text, paged
from gigasetd.info.page.xhtml import to
from gigasetd.info.serviceorder import TICKER, chosenOf, kept, raised, ticked
from gigasetd.info.services.interface import Asker, Audience, Service
from gigasetd.info.services.news import numberOf
from gigasetd.info.services.settings import saved
from gigasetd.registry.registry import Registry

GROUP = 8  #: boxes on one page
BOX = "s_"  #: before a service's id, the name of its box


class Offered:
    """
    The services that can be chosen, and what a profile chose of them.
    """

    def __init__(self, registry: Registry, services: Sequence[Service]) -> None:
        self.registry = registry
        self.services = services

    def ids(self, asker: Asker, ticker: bool) -> list[str]:
        """
        What that phone's owner can choose from.
        """
        return [
            one.id
            for one in self.services
            if one.audience <= asker.audience and (one.ticks or not ticker)
        ]

    def standard(self, ticker: bool) -> list[str]:
        """
        What is shown as long as nobody has chosen.
        """
        if ticker:
            return list(TICKER)
        return [one.id for one in self.services if one.usual]

    def chosen(self, asker: Asker, ticker: bool) -> list[str]:
        """
        What is shown.
        """
        text = asker.profile.ticker if ticker else asker.profile.services
        return chosenOf(text, self.standard(ticker), self.ids(asker, ticker))

    def keep(self, asker: Asker, ticker: bool, ids: Sequence[str]) -> None:
        """
        Make it the profile's.
        """
        field = "ticker" if ticker else "services"
        asker.profile = profiles.change(
            self.registry, asker.profile, **{field: kept(ids)}
        )

    def titles(self, words: Words) -> dict[str, str]:
        """
        What they are called, by id.
        """
        return {one.id: one.title(words) for one in self.services}


class Choose(Service):
    """
    Boxes to tick, some a page.
    """

    id = "choose"
    parts = True
    audience = Audience.DEVICE
    usual = False

    def __init__(self, offered: Offered) -> None:
        self.offered = offered

    def title(self, words: Words) -> str:
        """
        What the settings call it.
        """
        return words("Choose services")

    def page(self, asker: Asker) -> Page:
        """
        The boxes of one page; what was ticked on the page before is taken.

        The number of a form's page stands in the name of the page it leads to,
        since a GET form has no other place for it.
        """
        ticker = asker.part.startswith("ticker")
        index = numberOf(asker.part.removeprefix("ticker"))
        ids = self.offered.ids(asker, ticker)
        if index is not None:
            self._take(asker, ticker, ids[index : index + GROUP])
            index += GROUP
            if index >= len(ids):
                return saved(asker, self.title(asker.words))
        return self._form(asker, ticker, index or 0, ids)

    def _take(self, asker: Asker, ticker: bool, group: Sequence[str]) -> None:
        """
        Keep what was ticked.
        """
        on = [one for one in group if BOX + one in asker.told]
        chosen = self.offered.chosen(asker, ticker)
        self.offered.keep(asker, ticker, ticked(chosen, group, on))

    def _form(self, asker: Asker, ticker: bool, index: int, ids: Sequence[str]) -> Page:
        """
        One page of boxes.
        """
        words = asker.words
        chosen = self.offered.chosen(asker, ticker)
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


class Order(Service):
    """
    The order: choosing a service lifts it by one place.
    """

    id = "order"
    parts = True
    audience = Audience.DEVICE
    usual = False

    def __init__(self, offered: Offered) -> None:
        self.offered = offered

    def title(self, words: Words) -> str:
        """
        What the settings call it.
        """
        return words("Order of services")

    def page(self, asker: Asker) -> Page:
        """
        The list, after a lift if one was asked for.
        """
        ticker = asker.part == "ticker"
        chosen = self.offered.chosen(asker, ticker)
        lifted = asker.told.get("up", "")
        if lifted in chosen[1:]:
            chosen = raised(chosen, lifted)
            self.offered.keep(asker, ticker, chosen)
        words, titles = asker.words, self.offered.titles(asker.words)
        page = "order_ticker" if ticker else self.id
        if not chosen:
            return Menu(words("Move up:"), [Text("-")])
        items = [Link(titles[one], to(page, up=one)) for one in chosen]
        at = numberOf(asker.told.get("at", "")) or 0
        return paged(words("Move up:"), items, Link(words("more"), f"{page}?at="), at)
