# -*- test-case-name: tests.directory.test_search -*-
"""
The online directory: who is found where, for whom.

White pages (C{pb}) hold the nicknames of this server and the operator's books,
yellow pages (C{yp}) the operator's books of firms, private pages (C{pr}) the
owner's own book, in which callers are looked up as well.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

from gigasetd.directory.index import Index
from gigasetd.directory.match import IndexRow, rowOf
from gigasetd.directory.query import COMMANDS, TYPES, DirectoryQuery, window
from gigasetd.directory.response import (
    IMPRECISE,
    INVALID,
    NOT_ALLOWED,
    SYNTAX,
    UNAVAILABLE,
    ListHead,
    error,
    listing,
    noHits,
)
from gigasetd.directory.resultset import ResultSets
from gigasetd.ratelimit.bucket import RateLimiter
from gigasetd.registry.boundeddict import BoundedDict
from gigasetd.registry.model import Account, Contact
from gigasetd.registry.registry import Registry

BOOKS = 200  #: private books that are kept ready to be searched
SUFFIX = "#9"  #: behind a number, chooses the Gigaset.net line

_BLANK = Contact(**dict.fromkeys(Contact._fields, ""))


class OperatorBooks(NamedTuple):
    """
    The operator's books.
    """

    white: Index = Index()
    yellow: Index = Index()


class ResponseStyle(NamedTuple):
    """
    How answers look.
    """

    no_hit: str = "window"  #: one of L{gigasetd.directory.response.NO_HITS}
    short: int = 0  #: characters of a caller's name, C{0} for all


class DirectoryError(Exception):
    """
    A request that is answered by an error document.
    """

    def __init__(self, id: int, name: str) -> None:
        super().__init__(id)
        self.id, self.name = id, name


class OnlineDirectory:
    """
    @ivar manner: how answers look.
    @ivar counts: what was asked and answered, by name; only ever grows.
    """

    def __init__(
        self,
        registry: Registry,
        books: Callable[[], OperatorBooks],
        manner: ResponseStyle,
        results: ResultSets,
        allowance: RateLimiter,
    ) -> None:
        """
        @param books: the operator's books as they are now.
        @param allowance: how many searches an account may make.
        """
        self._registry = registry
        self._books = books
        self.manner = manner
        self._results = results
        self._allowance = allowance
        self._own: BoundedDict[str, Index] = BoundedDict(BOOKS)
        self._names: Index | None = None
        self.counts = dict.fromkeys(
            (
                *("searches", "lookups", "pages", "found", "nobody", "cut"),
                *("not_allowed", "syntax", "invalid", "imprecise", "switched_off"),
                "limited",
            ),
            0,
        )

    def accountChanged(self, old: Account | None, new: Account | None) -> None:
        """
        Hear of an account: nicknames are prepared anew, and no list that was
        found before shows one that is gone.
        """
        if old is not None and (new is None or new.off != old.off):
            self._results.forget(old.number)
        before, after = _named(old), _named(new)
        if before == after:
            return
        self._results.clear()
        if self._names is not None:
            if before is not None:
                self._names.drop(before)
            if after is not None:
                self._names.add(after)

    def contactChanged(self, old: Contact | None, new: Contact | None) -> None:
        """
        Hear of an entry of a private book.
        """
        some = new or old
        if some is not None:
            self._results.forget(some.number)
            self._own.pop(some.number, None)

    def answer(self, query: DirectoryQuery, number: str, now: float) -> bytes:
        """
        The answer to one request.

        @param number: the account that asks, C{""} for a phone of the local
            network that has none.
        @param now: epoch seconds.
        """
        kind = query.type if query.type in TYPES else "pb"
        try:
            self._check(query, number)
            return self._list(query, number, now)
        except DirectoryError as denied:
            self.counts[denied.name] += 1
            return error(query.command or "get_list", kind, denied.id)

    def _check(self, query: DirectoryQuery, number: str) -> None:
        """
        @raise Denied: this cannot be asked, or not by this account.
        """
        account = self._registry.accounts.get(number)
        if account is not None and not account.offers("info"):
            raise DirectoryError(UNAVAILABLE, "switched_off")
        if query.command not in COMMANDS:
            raise DirectoryError(SYNTAX, "syntax")
        if query.command != "get_list":
            raise DirectoryError(NOT_ALLOWED, "not_allowed")
        if query.type not in TYPES:
            raise DirectoryError(INVALID, "invalid")
        if query.type == "pr" and account is None:
            raise DirectoryError(NOT_ALLOWED, "not_allowed")

    def _list(self, query: DirectoryQuery, number: str, now: float) -> bytes:
        """
        The entries that are wanted of those that are found.
        """
        rows, reqid = self._found(query, number, now)
        head = ListHead(query.command, query.type, len(rows), reqid)
        if not rows:
            if query.search.vague and query.asked:
                raise DirectoryError(IMPRECISE, "imprecise")
            self.counts["nobody"] += 1
            return noHits(head, self.manner.no_hit, query.sought)
        first, count = window(query, len(rows))
        wanted = [row.contact for row in rows[first - 1 : first - 1 + count]]
        short = 0 if query.asked else self.manner.short
        body = listing(head, first, wanted, query.limit, short)
        self.counts["found"] += 1
        self.counts["cut"] += body.count(b"<entry") < len(wanted)
        return body

    def _found(
        self, query: DirectoryQuery, number: str, now: float
    ) -> tuple[Sequence[IndexRow], str]:
        """
        All that is found, perhaps by an earlier request, and how to ask for
        more of it.
        """
        owner = (number, query.type)
        earlier = self._results.get(query.reqid, owner, now)
        if earlier is not None:
            self.counts["pages"] += 1
            return earlier, query.reqid
        if query.asked and not self._allowance.admits(number, now):
            raise DirectoryError(UNAVAILABLE, "limited")
        self.counts["searches" if query.asked else "lookups"] += 1
        rows = self._search(query, number)
        if not query.asked or len(rows) <= 1:
            return rows, query.reqid
        return rows, self._results.keep(rows, owner, now)

    def _search(self, query: DirectoryQuery, number: str) -> Sequence[IndexRow]:
        """
        Look through the books: the best first, then by name.
        """
        found = [
            (-score, row)
            for index in self._indexes(query, number)
            for score, row in index.search(query.search)
        ]
        # By name first: that is nearly done, since each book is in order.
        found.sort(key=lambda one: one[1].order)
        found.sort(key=itemgetter(0))
        return [row for _, row in found]

    def _indexes(self, query: DirectoryQuery, number: str) -> list[Index]:
        """
        The books that a search goes through; of two that fit as well, the
        first counts.
        """
        if query.type == "yp":
            return [self._books().yellow]
        if query.type == "pr":
            return [self.own(number)]
        shared = [self.nicknames(), self._books().white]
        return shared if query.asked else [self.own(number), *shared]

    def own(self, number: str) -> Index:
        """
        The private book of an account.
        """
        found = self._own.get(number)
        if found is None:
            contacts = self._registry.contacts.get(number, {}).values()
            found = self._own[number] = Index(map(rowOf, contacts))
        return found

    def nicknames(self) -> Index:
        """
        Who can be called here by name.
        """
        if self._names is None:
            accounts = map(
                self._registry.accounts.get, self._registry.nicknames.values()
            )
            self._names = Index(filter(None, map(_named, accounts)))
        return self._names


def _named(account: Account | None) -> IndexRow | None:
    """
    A nickname as an entry; C{None} where there is none, or nobody to call.
    """
    if account is None or not account.nickname or not account.offers("voip"):
        return None
    return rowOf(
        _BLANK._replace(nickname=account.nickname, sip=account.number + SUFFIX)
    )
