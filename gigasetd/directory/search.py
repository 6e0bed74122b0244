# -*- test-case-name: tests.directory.test_search -*-
"""
Search the online directory.

White pages (C{pb}) hold the nicknames of this server and the operator's books,
yellow pages (C{yp}) the operator's books of firms, private pages (C{pr}) the
owner's own book, in which callers are looked up as well.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

from gigasetd.directory.index import BookIndex
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

BOOKS = 200  #: private books that stay indexed
SUFFIX = "#9"  #: behind a number, chooses the Gigaset.net line

_BLANK = Contact(**dict.fromkeys(Contact._fields, ""))


class OperatorBooks(NamedTuple):
    """
    The operator's books.
    """

    white: BookIndex = BookIndex()
    yellow: BookIndex = BookIndex()


class ResponseStyle(NamedTuple):
    """
    Settings of the form of responses.
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
    Answers requests.

    @ivar manner: how answers look.
    @ivar counts: requests and answers by name; they only grow.
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
        @param books: the operator's current books.
        @param allowance: limits the searches of an account.
        """
        self._registry = registry
        self._books = books
        self.manner = manner
        self._results = results
        self._allowance = allowance
        self._own: BoundedDict[str, BookIndex] = BoundedDict(BOOKS)
        self._names: BookIndex | None = None
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
        Follow an account: index its nickname, drop results that show an old one.
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
        Follow an entry of a private book.
        """
        some = new or old
        if some is not None:
            self._results.forget(some.number)
            self._own.pop(some.number, None)

    def answer(self, query: DirectoryQuery, number: str, now: float) -> bytes:
        """
        Answer one request.

        @param number: the caller's account, C{""} for a phone of the local
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
        @raise DirectoryError: this request is invalid, or this account may not
            make it.
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
        rows, reqid = self._hits(query, number, now)
        head = ListHead(query.command, query.type, len(rows), reqid)
        if not rows:
            if query.search.vague and query.byUser:
                raise DirectoryError(IMPRECISE, "imprecise")
            self.counts["nobody"] += 1
            return noHits(head, self.manner.no_hit, query.sought)
        first, count = window(query, len(rows))
        wanted = [row.contact for row in rows[first - 1 : first - 1 + count]]
        short = 0 if query.byUser else self.manner.short
        body = listing(head, first, wanted, query.limit, short)
        self.counts["found"] += 1
        self.counts["cut"] += body.count(b"<entry") < len(wanted)
        return body

    def _hits(
        self, query: DirectoryQuery, number: str, now: float
    ) -> tuple[Sequence[IndexRow], str]:
        # The hits, perhaps of an earlier search, and the id to continue it.
        owner = (number, query.type)
        earlier = self._results.get(query.reqid, owner, now)
        if earlier is not None:
            self.counts["pages"] += 1
            return earlier, query.reqid
        if query.byUser and not self._allowance.admits(number, now):
            raise DirectoryError(UNAVAILABLE, "limited")
        self.counts["searches" if query.byUser else "lookups"] += 1
        rows = self._search(query, number)
        if not query.byUser or len(rows) <= 1:
            return rows, query.reqid
        return rows, self._results.keep(rows, owner, now)

    def _search(self, query: DirectoryQuery, number: str) -> Sequence[IndexRow]:
        # The best hits first, then by name.
        hits = [
            (-score, row)
            for index in self._indexes(query, number)
            for score, row in index.search(query.search)
        ]
        # By name first, which is cheap: each book is in order already.
        hits.sort(key=lambda hit: hit[1].order)
        hits.sort(key=itemgetter(0))
        return [row for _, row in hits]

    def _indexes(self, query: DirectoryQuery, number: str) -> list[BookIndex]:
        # Of two equal hits the one in the first index comes first.
        if query.type == "yp":
            return [self._books().yellow]
        if query.type == "pr":
            return [self.own(number)]
        shared = [self.nicknames(), self._books().white]
        return shared if query.byUser else [self.own(number), *shared]

    def own(self, number: str) -> BookIndex:
        """
        Return the index of an account's private book.
        """
        index = self._own.get(number)
        if index is None:
            contacts = self._registry.contacts.get(number, {}).values()
            index = self._own[number] = BookIndex(map(rowOf, contacts))
        return index

    def nicknames(self) -> BookIndex:
        """
        Return the index of nicknames that can be called.
        """
        if self._names is None:
            accounts = map(
                self._registry.accounts.get, self._registry.nicknames.values()
            )
            self._names = BookIndex(filter(None, map(_named, accounts)))
        return self._names


def _named(account: Account | None) -> IndexRow | None:
    # C{None} where there is no nickname, or no VoIP to call.
    if account is None or not account.nickname or not account.offers("voip"):
        return None
    return rowOf(
        _BLANK._replace(nickname=account.nickname, sip=account.number + SUFFIX)
    )
