# -*- test-case-name: tests.info.services.test_nicknames -*-
"""
The directory of nicknames: search, call, and change the own nickname.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import nsmallest

from gigasetd.errors import BadValue, Refused
from gigasetd.info.language.locale import Translator
from gigasetd.info.page.field import Editor, Field
from gigasetd.info.page.form import Form
from gigasetd.info.page.latin1 import latin
from gigasetd.info.page.page import Info, Link, Menu, Page, Part, Text, call, paged
from gigasetd.info.page.xhtml import hrefTo
from gigasetd.info.services.interface import Audience, PageContext, Service
from gigasetd.info.services.news import numberOf
from gigasetd.info.services.ownnumber import SUFFIX
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry

MOST = 200  #: results of a search

Naming = Callable[[Registry, Account, str], object]


class NicknameService(Service):
    """
    The pages of the directory.

    @ivar name: sets an account's nickname; raises L{gigasetd.errors.Refused}.
    """

    id = "people"
    parts = True
    audience = Audience.OWNER

    def __init__(self, registry: Registry, name: Naming) -> None:
        self.registry = registry
        self.name = name

    def title(self, words: Translator) -> str:
        return words("Directory")

    def page(self, context: PageContext) -> Page:
        """
        Show the directory's menu, or one of its pages.
        """
        pages = {
            "search": self._search,
            "hits": self._hits,
            "mine": self._mine,
            "named": self._named,
            "unnamed": self._unnamed,
        }
        account = context.account
        if account is None or not account.offers("voip"):
            text = context.words(
                "The directory is part of calls, which are switched off."
            )
            return Info(self.title(context.words), [Text(text)])
        return pages.get(context.part, self._first)(context, account)

    def _first(self, context: PageContext, account: Account) -> Page:
        words = context.words
        items: list[Text | Link] = [
            Link(words("Search"), "people_search"),
            Link(words("All names"), "people_hits"),
            Link(words("My nickname"), "people_mine"),
        ]
        if account.nickname:
            items.append(Link(words("Delete my nickname"), "people_unnamed"))
        return Menu(self.title(words), items)

    def _search(self, context: PageContext, account: Account) -> Page:
        words = context.words
        field = Field("q", words("Name or number"))
        return Form(words("Search"), "people_hits", words("Find"), Editor([field]))

    def _hits(self, context: PageContext, account: Account) -> Page:
        words, query = context.words, context.parameters.get("q", "").strip()
        results = [other for other in self._find(query) if other is not account]
        if not results:
            return Info(self.title(words), [Text(words("No entries found."))])
        links = [call(other.nickname, other.number + SUFFIX) for other in results]
        target = hrefTo("people_hits", q=query[:32]) if query else "people_hits?q="
        at = numberOf(context.parameters.get("at", "")) or 0
        more = Link(words("more"), target + "&at=")
        return paged(self.title(words), links, more, at)

    def _find(self, query: str) -> list[Account]:
        folded = query.casefold()
        plain = latin(folded)
        # Names that begin with the query sort first, since False < True.
        hits = (
            (not name.startswith(folded), name, number)
            for name, number in self.registry.nicknames.items()
            if folded in name or plain in name or (folded and number.startswith(folded))
        )
        some = nsmallest(MOST, hits)
        accounts = (self.registry.accounts.get(number) for _, _, number in some)
        return [
            account for account in accounts if account is not None and account.nickname
        ]

    def _mine(self, context: PageContext, account: Account) -> Page:
        return self._form(context, account.nickname, "")

    def _form(self, context: PageContext, value: str, notice: str) -> Page:
        words = context.words
        # COMPAT: a longer button leaves no room for the longest nickname.
        return Form(
            words("My nickname"),
            "people_named",
            "OK",
            Editor([Field("nickname", words("Nickname"), value)]),
            [Text(notice or words("All users of this server can find it."))],
        )

    def _named(self, context: PageContext, account: Account) -> Page:
        words = context.words
        if "nickname" not in context.parameters:
            return self._mine(context, account)
        nickname = context.parameters["nickname"].strip()
        try:
            self.name(self.registry, account, nickname)
        except BadValue:
            notice = words("Use 1 to 32 letters, digits or symbols.")
            return self._form(context, nickname, notice)
        except Refused:
            notice = words("This nickname is taken. Please choose another one.")
            return self._form(context, nickname, notice)
        return self._done(context, words("Saved.") if nickname else words("Deleted."))

    def _unnamed(self, context: PageContext, account: Account) -> Page:
        self.name(self.registry, account, "")
        return self._done(context, context.words("Deleted."))

    def _done(self, context: PageContext, notice: str) -> Page:
        words = context.words
        parts: list[Part] = [Text(notice), Link(self.title(words), self.id)]
        return Info(words("My nickname"), parts)
