# -*- test-case-name: tests.web.phone.test_directory -*-
"""
The online directory and the central phonebook, for phones.

Whoever may see a device sees what its owner may; other phones prove who they
are with their number and password.

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
from gigasetd.web.http.query import parameters
from gigasetd.web.http.response import send, sendText
from gigasetd.web.phone.handset import PhonePages, formOf, header

REMEMBERED = 1000  #: phonebook files of which is known since when they are so


class DirectoryPages:
    """
    @ivar counts: what was answered, by name; only ever grows.
    """

    def __init__(
        self,
        directory: OnlineDirectory,
        shelf: BookDirectory,
        results: ResultSets,
        handset: PhonePages,
        digestAuth: DigestAuth,
        reactor: Any,
    ) -> None:
        """
        @param handset: notes what phones tell of themselves.
        """
        self.counts = dict.fromkeys(("requests", "phonebooks", "unchanged"), 0)
        self._directory = directory
        self._shelf = shelf
        self._results = results
        self._handset = handset
        self._proof = digestAuth
        self._reactor = reactor
        self._ages: BoundedDict[bytes, float] = BoundedDict(REMEMBERED)
        self._forgetting = False

    def prepare(self) -> None:
        """
        The registry is loaded: look through it and the books before a phone
        waits for that.
        """
        self._directory.nicknames()
        self._shelf.books()

    def search(self, request: Request) -> bytes:
        """
        A request of the directory's protocol.
        """
        self.counts["requests"] += 1
        told = parameters(request.query, formOf(request))
        query, now = parseQuery(told), self._handset.now()
        own = query.type == "pr" and query.command == "get_list"
        number = self._caller(request, told, own, now)
        if isinstance(number, bytes):
            return number
        body = self._directory.answer(query, number, now)
        if len(self._results) and not self._forgetting:
            self._forgetting = True
            self._reactor.callLater(LASTING, self._forget)
        return send(request, body, KIND)

    def _forget(self) -> None:
        """
        Results are not kept longer than they are said to be.
        """
        self._results.expire(self._handset.now())
        self._forgetting = bool(len(self._results))
        if self._forgetting:
            self._reactor.callLater(LASTING / 10, self._forget)

    def phonebook(self, request: Request) -> bytes:
        """
        The central phonebook; whoever has it already is told so.
        """
        self.counts["phonebooks"] += 1
        told, now = parameters(request.query), self._handset.now()
        number = self._caller(request, told, False, now)
        if isinstance(number, bytes):
            return number
        base = parseUserAgent(header(request, b"User-Agent")).base
        body = phonebook(
            (row.contact for row in self._rows(number, entriesFor(base))),
            entriesFor(base),
        )
        return self._unlessKnown(request, body, now)

    def _rows(self, number: str, most: int) -> list[IndexRow]:
        """
        What comes first where not all has room: the owner's own, then the
        nicknames, then the operator's books; all of it by name.
        """
        account = self._handset.registry.accounts.get(number)
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

    def _unlessKnown(self, request: Request, body: bytes, now: float) -> bytes:
        """
        The file, or 304 (RFC 9110 section 13.2.2: an entity tag that is told
        decides, else the time).
        """
        etag = b'"%s"' % sha256(body).hexdigest()[:32].encode("ascii")
        changed = self._ages.setdefault(etag, now)
        known = request.setETag(etag) is CACHED
        if not request.getHeader(b"If-None-Match"):
            known = request.setLastModified(changed) is CACHED
        else:
            request.setHeader(b"Last-Modified", datetimeToString(changed))
        if not known:
            send(request, body, KIND)
        self.counts["unchanged"] += known
        # It may be kept, by whoever asked, and is asked about each time.
        request.setHeader(b"Cache-Control", b"private, no-cache")
        return b"" if known else body

    def _caller(
        self, request: Request, told: Mapping[str, str], named: bool, now: float
    ) -> str | bytes:
        """
        The account that asks, C{""} for a phone that may ask without one;
        else the answer that says no.

        @param named: whether an account is needed.
        """
        handset = self._handset
        host, registry = handset.clients.address(request), handset.registry
        mac = handset.note(request, told, host, now)
        if handset.clients.mayFetch(registry, mac, host, now):
            device = registry.devices.get(mac)
            number = device.number if device else ""
            if number or not named:
                return number
        if not self._proof.admits(host, now):
            return sendText(request, "Too many requests.", 429)
        proven = self._proof.prove(request, host, now)
        return proven.number if isinstance(proven, Account) else proven


class DirectoryRouting(Resource):
    """
    All that there is, with the directory in each of its places: phones ask it
    at whatever path their settings name.
    """

    isLeaf = True

    def __init__(self, below: IResource) -> None:
        super().__init__()
        self._below = below

    def render(self, request: Any) -> Any:
        """
        Lead a request of the directory's protocol to the directory.
        """
        if b"command=" in request.query and _isAsked(request.query):
            request.postpath = [b"directory"]
        return self._below.render(request)


def _isAsked(query: bytes) -> bool:
    """
    Whether a request is one of the directory's protocol.
    """
    return parameters(query).get("command", "").strip().lower() in COMMANDS
