# -*- test-case-name: tests.web.account.test_home -*-
"""
C{/account/}: log-in, overview, export and erasure for an owner.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from twisted.internet.defer import Deferred
from twisted.web.resource import IResource

from gigasetd.control.inprocess import Commands
from gigasetd.devices.firmware import FirmwareImage
from gigasetd.errors import Refused
from gigasetd.privacy.inventory import fieldsOf
from gigasetd.provisioning.firmwareoffers import offersView
from gigasetd.registry.model import KIND_OF
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import Subject, subjectAt
from gigasetd.web.http.channel import Request
from gigasetd.web.http.response import JSON
from gigasetd.web.pages.access import OWNER, LoginRequired, PageAccess, Visit
from gigasetd.web.pages.app import pageRoutes, subpage
from gigasetd.web.pages.login import WRONG, LogIn, noteUse
from gigasetd.web.pages.servicetext import SERVICE_TEXTS

HOME = "/account/"
NOT_CONFIRMED = "Nothing was deleted. Tick the box to confirm."

STAYING = {
    "device": "Device",
    "account": "Account",
    "checkin": "Last check-in",
    "redirect": "Address of its settings",
    "pin": "Factory log-in",
}
"""Kind of record -> its title; fields of these stay when an owner deletes all
personal data."""


class AccountContext(NamedTuple):
    """
    What the owner's pages work with.
    """

    registry: Registry
    commands: Commands
    persist: Callable[[], Deferred[None]]  #: saves all changes so far
    stock: Callable[[], Sequence[FirmwareImage]]
    domain: str

    def subject(self, visit: Visit) -> Subject:
        """
        Return the account that is logged in, with all its records.

        @raise LoginRequired: the account was removed.
        """
        number = visit.session.number
        subject = subjectAt(self.registry, self.registry.macs.get(number, ""), number)
        if subject.account is None:
            raise LoginRequired(OWNER)
        return subject

    def enter(
        self, access: PageAccess, request: Request, service: str
    ) -> tuple[Visit, Subject]:
        """
        Return the visit of an owner whose account offers a service.

        @raise LoginRequired: no owner is logged in.
        @raise Refused: the service is turned off.
        """
        visit = access.requireLogin(request, OWNER)
        subject = self.subject(visit)
        if subject.account is None or not subject.account.offers(service):
            title = SERVICE_TEXTS[service].title
            raise Refused(f'the service "{title}" is turned off for this account')
        return visit, subject


class AccountPages:
    """
    @ivar access: checks log-ins and renders pages.
    @ivar subpages: path segment -> the pages below it.
    """

    app = pageRoutes()

    def __init__(
        self,
        access: PageAccess,
        login: LogIn,
        context: AccountContext,
        subpages: dict[str, Any],
    ) -> None:
        self.access = access
        self.subpages = subpages
        self._login = login
        self._context = context

    @app.route("/", methods=["GET"])
    def home(self, request: Request) -> bytes:
        """
        Show the overview.
        """
        visit = self.access.requireLogin(request, OWNER)
        subject, context = self._context.subject(visit), self._context
        assert subject.account is not None
        return self.access.page(
            request,
            "account/home.html",
            visit.session,
            subject=subject,
            account=subject.account,
            running=subject.account.services(),
            services=SERVICE_TEXTS,
            offers=offersView(context.registry, context.stock(), subject.mac),
            waiting=len(subject.held),
            domain=context.domain,
        )

    @app.route("/login", methods=["GET"])
    def loginPage(self, request: Request) -> bytes:
        """
        Show the log-in forms.
        """
        if self.access.session(request, OWNER) is not None:
            return self.access.redirect(request, HOME)
        return self._loginPage(request)

    def _loginPage(self, request: Request, wrong: str = "", code: int = 200) -> bytes:
        erased = request.query == b"erased"
        return self.access.page(
            request, "account/login.html", code=code, wrong=wrong, erased=erased
        )

    @app.route("/login", methods=["POST"])
    async def logIn(self, request: Request) -> bytes:
        """
        Log in by a code, or by number and password.
        """
        form, now = self.access.loginForm(request), self.access.now()
        host = self.access.clients.address(request)

        async def enter(number: str) -> None:
            noteUse(self._context.registry, number, now)
            await self._context.persist()
            self.access.logIn(request, number=number)

        if "code" in form:
            number = await self._login.code(host, form["code"], now, enter)
        else:
            credentials = form.get("number", ""), form.get("password", "")
            number = await self._login.owner(host, *credentials, now)
            if number:
                await enter(number)
        if not number:
            return self._loginPage(request, WRONG, 403)
        return self.access.redirect(request, HOME)

    @app.route("/logout", methods=["POST"])
    def logOut(self, request: Request) -> bytes:
        """
        Log out, here or everywhere.
        """
        visit = self.access.requireLogin(request, OWNER)
        if visit.form.get("everywhere"):
            self.access.sessions.endAll(number=visit.session.number)
        self.access.logOut(request, visit.session, OWNER)
        return self.access.redirect(request, "/account/login")

    @app.route("/export.json", methods=["GET"])
    async def export(self, request: Request) -> bytes:
        """
        Download everything that is stored, as JSON.
        """
        visit = self.access.requireLogin(request, OWNER)
        number = visit.session.number
        document = await self._context.commands.perform("device export", id=number)
        body = json.dumps(document, indent=2, ensure_ascii=False).encode()
        name = b'attachment; filename="gigaset-%s.json"' % number.encode("ascii")
        request.setHeader(b"Content-Disposition", name)
        return self.access.respond(request, body, JSON)

    @app.route("/erase", methods=["GET"])
    def confirmErasure(self, request: Request) -> bytes:
        """
        Show what would be deleted, and what would stay.
        """
        visit = self.access.requireLogin(request, OWNER)
        subject = self._context.subject(visit)
        present = {KIND_OF[type(record)].name for record in subject.single}
        staying = {
            title: [field for field in fieldsOf(kind) if field.forGood]
            for kind, title in STAYING.items()
            if kind in present
        }
        return self.access.page(
            request,
            "account/erase.html",
            visit.session,
            subject=subject,
            staying=staying,
        )

    @app.route("/erase", methods=["POST"])
    async def erase(self, request: Request) -> bytes:
        """
        Delete the owner's personal data, and log the owner out.
        """
        visit = self.access.requireLogin(request, OWNER)
        if visit.form.get("sure") != "yes":
            return self.access.flash(request, visit, "/account/erase", NOT_CONFIRMED)
        number = visit.session.number
        await self._context.commands.perform("device erase", id=number)
        self.access.sessions.endAll(number=number)
        self.access.logOut(request, visit.session, OWNER)
        return self.access.redirect(request, "/account/login?erased")

    @app.route("/<name>/", branch=True)
    def subpage(self, request: Request, name: str) -> IResource:
        """
        Route to the pages of one subject.
        """
        return subpage(self.subpages, name)
