# -*- test-case-name: tests.info.services.test_ownnumber -*-
"""
The phone's own number and nickname, and the phones that can be called now.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from gigasetd.info.language.locale import Translator
from gigasetd.info.page.page import Columns, Info, Page, Part, Text, call
from gigasetd.info.services.interface import PageContext, Service
from gigasetd.registry.model import Account, Binding
from gigasetd.registry.registry import Registry

SHOWN = 8  #: registered phones on the page
LOOKED_AT = 200  #: numbers that are checked to find them
SUFFIX = "#9"  #: after a number, selects the phone's Gigaset.net line

Reachable = Callable[[Binding], bool]


class OwnNumberService(Service):
    """
    The page of this phone.

    @ivar reachable: whether a binding's phone can be reached now.
    """

    id = "phone"

    def __init__(self, registry: Registry, reachable: Reachable) -> None:
        self.registry = registry
        self.reachable = reachable

    def title(self, words: Translator) -> str:
        return words("This phone")

    def page(self, context: PageContext) -> Page:
        """
        Show number, nickname and the registered phones; without a number, how
        to get one.
        """
        words, account = context.words, context.account
        if account is None:
            text = words("Welcome.")
            if context.mac or context.guest:
                text = words(
                    "This phone has no number yet. "
                    "The operator of this server can add it."
                )
            return Info(self.title(words), [Text(text)])
        parts: list[Part] = [Columns(words("Number"), account.number + SUFFIX)]
        if account.nickname:
            parts.append(Columns(words("Nickname"), account.nickname))
        return Info(self.title(words), parts + self._others(words, account))

    def _others(self, words: Translator, account: Account) -> list[Part]:
        registered = list(islice(self._registered(account), SHOWN + 1))
        if not registered:
            return [Text(words("No other phones are registered."))]
        parts: list[Part] = [Text(words("Registered now:"), bold=True)]
        for other in registered[:SHOWN]:
            name = other.nickname or other.number
            parts.append(call(name, other.number + SUFFIX))
        if len(registered) > SHOWN:
            parts.append(Text(words("and more")))
        return parts

    def _registered(self, account: Account) -> Iterator[Account]:
        accounts = self.registry.accounts
        for number, bindings in islice(self.registry.bindings.items(), LOOKED_AT):
            other = accounts.get(number)
            if other is None or other is account:
                continue
            if any(map(self.reachable, bindings)):
                yield other
