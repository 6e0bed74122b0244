# -*- test-case-name: tests.info.services.test_nicknames -*-
"""
The directory of nicknames: search, call, and one's own entry.

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

MOST = 200  #: hits of one search

Naming = Callable[[Registry, Account, str], object]


class NicknameService(Service):
    """
    The service.

    @ivar name: gives an account its nickname; raises
        L{gigasetd.errors.Refused}.
    """

    id = "people"
    parts = True
    audience = Audience.OWNER

    def __init__(self, registry: Registry, name: Naming) -> None:
        self.registry = registry
        self.name = name

    def title(self, words: Translator) -> str:
        """
        What the menu calls it.
        """
        return words("Directory")

    def page(self, context: PageContext) -> Page:
        """
        The menu of the directory, or one of its pages.
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
            text = context.words("The directory belongs to calls, which are off.")
            return Info(self.title(context.words), [Text(text)])
        return pages.get(context.part, self._first)(context, account)

    def _first(self, context: PageContext, account: Account) -> Page:
        """
        What can be done here.
        """
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
        """
        The form to search by.
        """
        words = context.words
        field = Field("q", words("Name or number"))
        return Form(words("Search"), "people_hits", words("Find"), Editor([field]))

    def _hits(self, context: PageContext, account: Account) -> Page:
        """
        Who was found, each as a link that calls.
        """
        words, wanted = context.words, context.parameters.get("q", "").strip()
        found = [one for one in self._found(wanted) if one is not account]
        if not found:
            return Info(self.title(words), [Text(words("Nobody was found."))])
        links = [call(one.nickname, one.number + SUFFIX) for one in found]
        query = hrefTo("people_hits", q=wanted[:32]) if wanted else "people_hits?q="
        at = numberOf(context.parameters.get("at", "")) or 0
        more = Link(words("more"), query + "&at=")
        return paged(self.title(words), links, more, at)

    def _found(self, wanted: str) -> list[Account]:
        """
        The accounts whose nickname or number has C{wanted} in it, the ones
        that begin with it first.
        """
        folded = wanted.casefold()
        plain = latin(folded)
        hits = (
            (not name.startswith(folded), name, number)
            for name, number in self.registry.nicknames.items()
            if folded in name or plain in name or (folded and number.startswith(folded))
        )
        some = nsmallest(MOST, hits)
        accounts = (self.registry.accounts.get(number) for _, _, number in some)
        return [one for one in accounts if one is not None and one.nickname]

    def _mine(self, context: PageContext, account: Account) -> Page:
        """
        The form for one's own nickname.
        """
        return self._form(context, account.nickname, "")

    def _form(self, context: PageContext, value: str, said: str) -> Page:
        """
        The same, with what was wrong.
        """
        words = context.words
        # A longer button would leave no room for the longest name.
        return Form(
            words("My nickname"),
            "people_named",
            "OK",
            Editor([Field("nickname", words("Nickname"), value)]),
            [Text(said or words("Everybody on this server can find it."))],
        )

    def _named(self, context: PageContext, account: Account) -> Page:
        """
        Take the nickname that was entered; an empty one deletes it.
        """
        words = context.words
        if "nickname" not in context.parameters:
            return self._mine(context, account)
        wanted = context.parameters["nickname"].strip()
        try:
            self.name(self.registry, account, wanted)
        except BadValue:
            said = words("A nickname has 1 to 32 letters, digits or signs.")
            return self._form(context, wanted, said)
        except Refused:
            said = words("This nickname is taken. Please choose another one.")
            return self._form(context, wanted, said)
        return self._done(context, words("Saved.") if wanted else words("Deleted."))

    def _unnamed(self, context: PageContext, account: Account) -> Page:
        """
        Delete the nickname.
        """
        self.name(self.registry, account, "")
        return self._done(context, context.words("Deleted."))

    def _done(self, context: PageContext, said: str) -> Page:
        """
        What was done, and the way back.
        """
        words = context.words
        parts: list[Part] = [Text(said), Link(self.title(words), self.id)]
        return Info(words("My nickname"), parts)
