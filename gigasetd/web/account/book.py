# -*- test-case-name: tests.web.account.test_book -*-
"""
C{/account/book/}: the private telephone book.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gigasetd.directory.bookfile import readBook
from gigasetd.directory.entry import FIELDS, contactOf
from gigasetd.directory.privatebook import dropEntry, entries, exportBook, putEntry
from gigasetd.directory.vcard import BookFault, EntryOrFault
from gigasetd.errors import BadValue, Refused
from gigasetd.registry.model import Contact
from gigasetd.web.account.home import AccountContext
from gigasetd.web.http.channel import Request
from gigasetd.web.http.query import parameters
from gigasetd.web.pages.access import OWNER, PageAccess, Visit
from gigasetd.web.pages.app import pageRoutes

HOME = "/account/book/"
SHOWN = 200  #: entries of one page
TOLD = 5  #: faults of an import that are told
VCARD = b"text/vcard; charset=utf-8"


class BookPages:
    """
    @ivar access: who may come in.
    """

    app = pageRoutes()

    def __init__(
        self, access: PageAccess, context: AccountContext, most: int, longest: int
    ) -> None:
        """
        @param most: entries of a book.
        @param longest: bytes of a form.
        """
        self.access = access
        self._context = context
        self._most = most
        self._longest = longest

    @app.route("/", methods=["GET"])
    def all(self, request: Request) -> bytes:
        """
        The entries.
        """
        visit, number = self._enter(request)
        told = parameters(request.query)
        sought = told.get("q", "")[:100]
        found = [
            each
            for each in entries(self._context.registry, number)
            if sought.casefold() in "\n".join(each[2:]).casefold()
        ]
        return self.access.page(
            request,
            "account/book.html",
            visit.session,
            subject=self._context.subject(visit),
            found=found[:SHOWN],
            count=len(found),
            sought=sought,
            shown=SHOWN,
            most=self._most,
            kilobytes=self._longest // 1024,
        )

    @app.route("/entry", methods=["GET"])
    def entry(self, request: Request) -> bytes:
        """
        The form of one entry, new or known.
        """
        visit, number = self._enter(request)
        id = parameters(request.query).get("id", "")
        known = self._context.registry.contacts.get(number, {}).get(id)
        return self.access.page(
            request,
            "account/entry.html",
            visit.session,
            subject=self._context.subject(visit),
            entry=known or contactBlank(number),
        )

    @app.route("/entry", methods=["POST"])
    async def put(self, request: Request) -> bytes:
        """
        Keep an entry.
        """
        visit, number = self._enter(request)
        fields = {name: visit.form.get(name, "") for name in FIELDS}
        contact = Contact(number, visit.form.get("id", ""), **fields)
        putEntry(self._context.registry, contact, self._most)
        await self._context.keep()
        return self.access.flash(request, visit, HOME, "The entry is saved.")

    @app.route("/delete", methods=["POST"])
    async def drop(self, request: Request) -> bytes:
        """
        Delete one entry, or all.
        """
        visit, number = self._enter(request)
        if visit.form.get("all") == "yes":
            for each in entries(self._context.registry, number):
                self._context.registry.drop(each)
        else:
            dropEntry(self._context.registry, number, visit.form.get("id", ""))
        await self._context.keep()
        return self.access.flash(request, visit, HOME, "Deleted.")

    @app.route("/import", methods=["POST"])
    async def take(self, request: Request) -> bytes:
        """
        Add the entries of a file, all of them or none.
        """
        visit, number = self._enter(request)
        read: list[EntryOrFault] = []
        await self._slowly(map(read.append, readBook(visit.form.get("file", ""))))
        found = self._new(read, number)
        put = (putEntry(self._context.registry, one, self._most) for one in found)
        await self._slowly(put)
        await self._context.keep()
        return self.access.flash(request, visit, HOME, f"Entries added: {len(found)}.")

    async def _slowly(self, steps: Iterator[object]) -> None:
        """
        Do what may be much in slices, so that no phone waits for it.
        """
        cooperator = self._context.commands.counter().cooperator
        await cooperator.cooperate(None for _ in steps).whenDone()

    def _new(self, read: Sequence[EntryOrFault], number: str) -> list[Contact]:
        """
        The entries of a file that are not there already.

        @raise BadValue: some cannot be read, or they are too many.
        """
        faults = [each for each in read if isinstance(each, BookFault)]
        if faults:
            told = "; ".join(f"line {one.line}: {one.reason}" for one in faults[:TOLD])
            raise BadValue(f"nothing was added: {told}")
        known = {each[2:] for each in entries(self._context.registry, number)}
        new = {each[2:]: each for each in read if isinstance(each, Contact)}
        wanted = [one for fields, one in new.items() if fields not in known]
        if len(known) + len(wanted) > self._most:
            raise BadValue(
                f"nothing was added: a book has {self._most} entries at most"
            )
        return [contactOf(one._asdict(), number) for one in wanted]

    @app.route("/book.vcf", methods=["GET"])
    def export(self, request: Request) -> bytes:
        """
        The whole book as a file.
        """
        _, number = self._enter(request)
        request.setHeader(b"Content-Disposition", b'attachment; filename="book.vcf"')
        text = exportBook(self._context.registry, number)
        return self.access.respond(request, text.encode(), VCARD)

    def _enter(self, request: Request) -> tuple[Visit, str]:
        """
        Let an owner in who has the service.

        @raise Refused: he has not.
        """
        visit = self.access.requireLogin(request, OWNER)
        account = self._context.subject(visit).account
        if account is None or not account.offers("info"):
            raise Refused(
                "the information services are switched off, and with them the book"
            )
        return visit, visit.session.number


def contactBlank(number: str) -> Contact:
    """
    An entry with nothing in it yet.
    """
    return Contact(number, *[""] * (len(Contact._fields) - 1))
