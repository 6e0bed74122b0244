# -*- test-case-name: tests.web.account.test_home -*-
"""
C{/account/}: how an owner comes in and goes out, and what is known of the
device at a glance.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from twisted.internet.defer import Deferred
from twisted.web.resource import IResource
from werkzeug.exceptions import NotFound

from gigasetd.accounts.services import running
from gigasetd.control.inprocess import Commands
from gigasetd.devices.firmware import FirmwareImage
from gigasetd.privacy.inventory import fieldsOf
from gigasetd.provisioning.firmwareoffers import offersView
from gigasetd.registry.model import KIND_OF, SERVICES
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import Subject, subjectAt
from gigasetd.web.http.channel import Request
from gigasetd.web.http.response import JSON
from gigasetd.web.pages.access import OWNER, LoginRequired, PageAccess, Visit
from gigasetd.web.pages.app import pageRoutes
from gigasetd.web.pages.login import WRONG, LogIn, noteUse

HOME = "/account/"
KEPT = {
    "device": "Device",
    "account": "Account",
    "checkin": "Last report",
    "redirect": "Where it is sent for its settings",
    "pin": "Factory log-in",
}
"""The kinds of which something stays when an owner erases all, as they are
called."""

WORDS = {
    "voip": (
        "Telephone",
        "free calls to other phones of this server",
        "Your phones are logged off, nobody can call you over the Internet, and "
        "your nickname is deleted.",
    ),
    "messaging": (
        "Messages",
        "short messages to other phones of this server",
        "Your list of contacts, whom you block, and messages that wait for you are "
        "deleted.",
    ),
    "info": (
        "Information",
        "weather, news and the like on your handsets",
        "Your choices for each handset and your private telephone book are deleted.",
    ),
}
"""Service -> its name, what it is, and what is lost when it is switched off."""


class AccountContext(NamedTuple):
    """
    What the pages of owners work with.
    """

    registry: Registry
    commands: Commands
    keep: Callable[[], Deferred[None]]
    stock: Callable[[], Sequence[FirmwareImage]]
    domain: str

    def subject(self, visit: Visit) -> Subject:
        """
        All that belongs to whoever is logged in.

        @raise LoggedOut: the account is gone.
        """
        number = visit.session.number
        found = subjectAt(self.registry, self.registry.macs.get(number, ""), number)
        if found.account is None:
            raise LoginRequired(OWNER)
        return found


class AccountPages:
    """
    @ivar access: who may come in.
    @ivar subpages: name -> the table of paths below it.
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
        Everything at a glance.
        """
        visit = self.access.requireLogin(request, OWNER)
        subject = self._context.subject(visit)
        assert subject.account is not None
        return self.access.page(
            request,
            "account/home.html",
            visit.session,
            subject=subject,
            account=subject.account,
            running=running(subject.account),
            services=[(name, *WORDS[name]) for name in SERVICES],
            offers=offersView(
                self._context.registry, self._context.stock(), subject.mac
            ),
            waiting=len(subject.held),
            domain=self._context.domain,
        )

    @app.route("/login", methods=["GET"])
    def door(self, request: Request) -> bytes:
        """
        The forms to log in by.
        """
        if self.access.session(request, OWNER) is not None:
            return self.access.redirect(request, HOME)
        return self._door(request)

    def _door(self, request: Request, wrong: str = "", code: int = 200) -> bytes:
        """
        The same, with what was wrong.
        """
        erased = request.query == b"erased"
        return self.access.page(
            request, "account/login.html", code=code, wrong=wrong, erased=erased
        )

    @app.route("/login", methods=["POST"])
    async def knock(self, request: Request) -> bytes:
        """
        Log in.
        """
        form, now = self.access.loginForm(request), self.access.now()
        host = self.access.clients.address(request)
        if "code" in form:
            number = await self._login.code(host, form["code"], now)
        else:
            given = form.get("number", ""), form.get("password", "")
            number = await self._login.owner(host, *given, now)
        if not number:
            return self._door(request, WRONG, 403)
        noteUse(self._context.registry, number, now)
        await self._context.keep()
        self.access.logIn(request, number=number)
        return self.access.redirect(request, HOME)

    @app.route("/logout", methods=["POST"])
    def leave(self, request: Request) -> bytes:
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
        Everything stored, as a file.
        """
        visit = self.access.requireLogin(request, OWNER)
        number = visit.session.number
        document = await self._context.commands.perform("device export", id=number)
        body = json.dumps(document, indent=2, ensure_ascii=False).encode()
        name = b'attachment; filename="gigaset-%s.json"' % number.encode("ascii")
        request.setHeader(b"Content-Disposition", name)
        return self.access.respond(request, body, JSON)

    @app.route("/erase", methods=["GET"])
    def hesitate(self, request: Request) -> bytes:
        """
        What would be erased, and what not.
        """
        visit = self.access.requireLogin(request, OWNER)
        subject = self._context.subject(visit)
        there = {KIND_OF[type(value)].name for value in subject.single}
        kept = {
            called: [entry for entry in fieldsOf(kind) if entry.forGood]
            for kind, called in KEPT.items()
            if kind in there
        }
        return self.access.page(
            request, "account/erase.html", visit.session, subject=subject, kept=kept
        )

    @app.route("/erase", methods=["POST"])
    async def erase(self, request: Request) -> bytes:
        """
        Forget all that need not be kept; whoever did that is logged out.
        """
        visit = self.access.requireLogin(request, OWNER)
        if visit.form.get("sure") != "yes":
            visit.session.notice = "Nothing was erased: the box was not ticked."
            return self.access.redirect(request, "/account/erase")
        number = visit.session.number
        await self._context.commands.perform("device erase", id=number)
        self.access.sessions.endAll(number=number)
        self.access.logOut(request, visit.session, OWNER)
        return self.access.redirect(request, "/account/login?erased")

    @app.route("/<subpage>/", branch=True)
    def subpage(self, request: Request, subpage: str) -> IResource:
        """
        The pages about one subject.
        """
        if subpage not in self.subpages:
            raise NotFound
        found: IResource = self.subpages[subpage].app.resource()
        return found
