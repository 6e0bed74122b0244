# -*- test-case-name: tests.web.phone.test_directory -*-
"""
The online directory and the central phonebook, for phones.

A client that may see a device gets what its owner would; other phones
authenticate with their number and password.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from itertools import chain
from typing import Any

from twisted.web.http import CACHED, datetimeToString
from twisted.web.resource import IResource, Resource

from gigasetd.devices.useragent import parseUserAgent
from gigasetd.directory.match import IndexRow
from gigasetd.directory.operatorbooks import BookDirectory
from gigasetd.directory.phonebookxml import entriesFor, phonebook
from gigasetd.directory.query import COMMANDS, parseQuery
from gigasetd.directory.response import KIND
from gigasetd.directory.resultset import LASTING, ResultSets
from gigasetd.directory.search import OnlineDirectory
from gigasetd.registry.boundeddict import BoundedDict
from gigasetd.registry.model import Account
from gigasetd.web.http.channel import Request
from gigasetd.web.http.digestauth import DigestAuth
from gigasetd.web.http.headers import formBody, header
from gigasetd.web.http.query import parameters
from gigasetd.web.http.response import send, sendText
from gigasetd.web.phone.checkin import CheckIns

REMEMBERED = 1000  #: entity tags whose date of change is remembered


class DirectoryPages:
    """
    @ivar counts: requests, by name; they only grow.
    """

    def __init__(
        self,
        directory: OnlineDirectory,
        shelf: BookDirectory,
        results: ResultSets,
        checkIns: CheckIns,
        digestAuth: DigestAuth,
        reactor: Any,
    ) -> None:
        """
        @param checkIns: records what each request says of its phone.
        """
        self.counts = dict.fromkeys(("requests", "phonebooks", "unchanged"), 0)
        self._directory = directory
        self._shelf = shelf
        self._results = results
        self._checkIns = checkIns
        self._digestAuth = digestAuth
        self._reactor = reactor
        self._changed: BoundedDict[bytes, float] = BoundedDict(REMEMBERED)
        self._expiring = False

    def prepare(self) -> None:
        """
        Build the indexes of nicknames and books, so that no phone waits for
        that; to be called once the registry is loaded.
        """
        self._directory.nicknames()
        self._shelf.books()

    def search(self, request: Request) -> bytes:
        """
        Answer a request of the directory protocol.
        """
        self.counts["requests"] += 1
        arguments = parameters(request.query, formBody(request))
        query, now = parseQuery(arguments), self._checkIns.now()
        private = query.type == "pr" and query.command == "get_list"
        number = self._account(request, arguments, private, now)
        if isinstance(number, bytes):
            return number
        body = self._directory.answer(query, number, now)
        if len(self._results) and not self._expiring:
            self._expiring = True
            self._reactor.callLater(LASTING, self._expire)
        return send(request, body, KIND)

    def _expire(self) -> None:
        self._results.expire(self._checkIns.now())
        self._expiring = bool(len(self._results))
        if self._expiring:
            self._reactor.callLater(LASTING / 10, self._expire)

    def phonebook(self, request: Request) -> bytes:
        """
        Answer with the central phonebook, or 304 when it is unchanged.
        """
        self.counts["phonebooks"] += 1
        arguments, now = parameters(request.query), self._checkIns.now()
        number = self._account(request, arguments, False, now)
        if isinstance(number, bytes):
            return number
        base = parseUserAgent(header(request, b"User-Agent")).base
        body = phonebook(
            (row.contact for row in self._rows(number, entriesFor(base))),
            entriesFor(base),
        )
        return self._conditional(request, body, now)

    def _rows(self, number: str, most: int) -> list[IndexRow]:
        """
        Select the rows of the central phonebook, sorted by name: the owner's
        own come first when there is no room for all, then the nicknames, then
        the operator's books.
        """
        account = self._checkIns.registry.accounts.get(number)
        if account is not None and not account.offers("info"):
            return []
        directory = self._directory
        rows = chain(
            directory.own(number).rows,
            directory.nicknames().rows,
            self._shelf.books().white.rows,
        )
        chosen = [row for row, _ in zip(rows, range(most))]
        return sorted(chosen, key=lambda row: row.order)

    def _conditional(self, request: Request, body: bytes, now: float) -> bytes:
        """
        Answer with the file, or 304: C{If-None-Match} decides, without it
        C{If-Modified-Since} (RFC 9110 section 13.2.2).
        """
        etag = b'"%s"' % sha256(body).hexdigest()[:32].encode("ascii")
        changed = self._changed.setdefault(etag, now)
        unchanged = request.setETag(etag) is CACHED
        if not request.getHeader(b"If-None-Match"):
            unchanged = request.setLastModified(changed) is CACHED
        else:
            request.setHeader(b"Last-Modified", datetimeToString(changed))
        if not unchanged:
            send(request, body, KIND)
        self.counts["unchanged"] += unchanged
        # The phone may cache it, but has to revalidate it each time.
        request.setHeader(b"Cache-Control", b"private, no-cache")
        return b"" if unchanged else body

    def _account(
        self, request: Request, arguments: Mapping[str, str], needed: bool, now: float
    ) -> str | bytes:
        """
        Find the account of a request.

        @param needed: whether the request cannot be answered without one.
        @return: its number, C{""} for a phone that needs none; else the body
            of a refusal.
        """
        clients, registry = self._checkIns.clients, self._checkIns.registry
        host = clients.address(request)
        mac = self._checkIns.record(request, arguments, host, now)
        if clients.mayFetch(request, registry, mac, now):
            device = registry.devices.get(mac)
            number = device.number if device else ""
            if number or not needed:
                return number
        if not self._digestAuth.admits(host, now):
            return sendText(request, "Too many requests.", 429)
        account = self._digestAuth.authenticate(request, host, now)
        if isinstance(account, Account):
            return account.number
        why = clients.refusal(request)
        return sendText(request, why, 401) if why else account


class DirectoryRouting(Resource):
    """
    All resources, with the directory at every path: phones send its requests
    to whatever path their settings name.
    """

    isLeaf = True

    def __init__(self, below: IResource) -> None:
        super().__init__()
        self._below = below

    def render(self, request: Any) -> Any:
        """
        Route requests of the directory protocol to C{/directory}.
        """
        if b"command=" in request.query and _isSearch(request.query):
            request.postpath = [b"directory"]
        return self._below.render(request)


def _isSearch(query: bytes) -> bool:
    return parameters(query).get("command", "").strip().lower() in COMMANDS
