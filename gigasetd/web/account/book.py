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
from gigasetd.errors import BadValue
from gigasetd.registry.model import Contact
from gigasetd.registry.subject import Subject
from gigasetd.web.account.home import AccountContext
from gigasetd.web.http.channel import Request
from gigasetd.web.http.query import parameters
from gigasetd.web.pages.access import PageAccess, Visit
from gigasetd.web.pages.app import pageRoutes

HOME = "/account/book/"
SHOWN = 200  #: entries of one page
FAULTS = 5  #: faults of an import that are shown
VCARD = b"text/vcard; charset=utf-8"


class BookPages:
    """
    @ivar access: checks log-ins and renders pages.
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
        self._registry = context.registry
        self._most = most
        self._longest = longest

    @app.route("/", methods=["GET"])
    def all(self, request: Request) -> bytes:
        """
        List the entries, all or those with a text in them.
        """
        visit, subject = self._enter(request)
        query = parameters(request.query).get("q", "")[:100]
        contacts = [
            each
            for each in entries(self._registry, subject.number)
            if query.casefold() in "\n".join(each[2:]).casefold()
        ]
        return self.access.page(
            request,
            "account/book.html",
            visit.session,
            subject=subject,
            contacts=contacts[:SHOWN],
            count=len(contacts),
            query=query,
            shown=SHOWN,
            most=self._most,
            kilobytes=self._longest // 1024,
        )

    @app.route("/entry", methods=["GET"])
    def entry(self, request: Request) -> bytes:
        """
        Show the form of an entry.
        """
        visit, subject = self._enter(request)
        id = parameters(request.query).get("id", "")
        known = self._registry.contacts.get(subject.number, {}).get(id)
        return self.access.page(
            request,
            "account/entry.html",
            visit.session,
            subject=subject,
            entry=known or emptyContact(subject.number),
        )

    @app.route("/entry", methods=["POST"])
    async def save(self, request: Request) -> bytes:
        """
        Add or change an entry.
        """
        visit, subject = self._enter(request)
        fields = {name: visit.form.get(name, "") for name in FIELDS}
        contact = Contact(subject.number, visit.form.get("id", ""), **fields)
        putEntry(self._registry, contact, self._most)
        await self._context.persist()
        return self.access.flash(request, visit, HOME, "Entry saved.")

    @app.route("/delete", methods=["POST"])
    async def delete(self, request: Request) -> bytes:
        """
        Delete one entry, or all.
        """
        visit, subject = self._enter(request)
        notice = "Entry deleted."
        if visit.form.get("all") == "yes":
            notice = "All entries deleted."
            for each in entries(self._registry, subject.number):
                self._registry.drop(each)
        else:
            dropEntry(self._registry, subject.number, visit.form.get("id", ""))
        await self._context.persist()
        return self.access.flash(request, visit, HOME, notice)

    @app.route("/import", methods=["POST"])
    async def importFile(self, request: Request) -> bytes:
        """
        Add the entries of a file, all of them or none.
        """
        visit, subject = self._enter(request)
        rows: list[EntryOrFault] = []
        await self._inSlices(map(rows.append, readBook(visit.form.get("file", ""))))
        added = self._new(rows, subject.number)
        await self._inSlices(
            putEntry(self._registry, each, self._most) for each in added
        )
        await self._context.persist()
        notice = f"Entries added: {len(added)}."
        return self.access.flash(request, visit, HOME, notice)

    async def _inSlices(self, steps: Iterator[object]) -> None:
        # A large file would keep phones waiting.
        cooperator = self._context.commands.dispatcher.cooperator
        await cooperator.cooperate(None for _ in steps).whenDone()

    def _new(self, rows: Sequence[EntryOrFault], number: str) -> list[Contact]:
        """
        Select the entries of a file that are not in the book yet.

        @raise BadValue: the file has faults, or too many entries.
        """
        faults = [each for each in rows if isinstance(each, BookFault)]
        if faults:
            reasons = [f"line {each.line}: {each.reason}" for each in faults[:FAULTS]]
            raise BadValue(f"nothing was added: {'; '.join(reasons)}")
        known = {each[2:] for each in entries(self._registry, number)}
        unique = {each[2:]: each for each in rows if isinstance(each, Contact)}
        new = [each for fields, each in unique.items() if fields not in known]
        if len(known) + len(new) > self._most:
            raise BadValue(
                f"nothing was added: a telephone book has at most {self._most} "
                f"entries, and with this file it would have {len(known) + len(new)}"
            )
        return [contactOf(each._asdict(), number) for each in new]

    @app.route("/book.vcf", methods=["GET"])
    def export(self, request: Request) -> bytes:
        """
        Download the book as vCards.
        """
        _, subject = self._enter(request)
        request.setHeader(b"Content-Disposition", b'attachment; filename="book.vcf"')
        text = exportBook(self._registry, subject.number)
        return self.access.respond(request, text.encode(), VCARD)

    def _enter(self, request: Request) -> tuple[Visit, Subject]:
        # The book is a part of the information services.
        return self._context.enter(self.access, request, "info")


def emptyContact(number: str) -> Contact:
    """
    Return an entry with empty fields.
    """
    return Contact(number, *[""] * (len(Contact._fields) - 1))
