# -*- test-case-name: tests.web.admin.test_home -*-
"""
C{/admin/}: log-in, overview, tokens, notices and sources for an operator.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from twisted.web.resource import IResource
from werkzeug.exceptions import NotFound

from gigasetd.auth.tokens import SCOPES, mayView
from gigasetd.control.inprocess import Commands
from gigasetd.telemetry.running import Running
from gigasetd.telemetry.status import Status
from gigasetd.web.admin.setup import SetupPage
from gigasetd.web.http.channel import Request
from gigasetd.web.monitoring import complaints
from gigasetd.web.pages.access import OPERATOR, PageAccess
from gigasetd.web.pages.app import pageRoutes, subpage
from gigasetd.web.pages.login import LogIn

HOME = "/admin/"
WRONG = "Wrong token. Check it and try again."
NO_PAGES = "This token opens no pages. Use one with the scope admin or read."


class FormAction(NamedTuple):
    """
    The verb that a form performs, and the page that it stands on.
    """

    verb: str
    arguments: tuple[str, ...]  #: names of its fields
    page: str  #: where it stands, below C{/admin/}
    notice: str  #: shown afterwards; with fields of the verb's answer


FORMS = {
    "token-add": FormAction(
        "token add",
        ("name", "scope"),
        "tokens",
        "Token {name} ({scope}): {token} — copy it now, it is not shown again.",
    ),
    "token-remove": FormAction(
        "token remove", ("name",), "tokens", "Token {name} revoked."
    ),
    "notice-add": FormAction(
        "notice add", ("name", "text", "days"), "notices", "Notice {name} added."
    ),
    "notice-remove": FormAction(
        "notice remove", ("name",), "notices", "Notice {name} removed."
    ),
}
"""Path segment -> what its form does."""


class AdminContext(NamedTuple):
    """
    What the operator's pages work with.
    """

    commands: Commands
    status: Status
    running: Running
    now: Callable[[], float]  #: epoch seconds


class AdminPages:
    """
    @ivar access: checks log-ins and renders pages.
    @ivar setup: the page of the first start.
    @ivar subpages: path segment -> the pages below it.
    """

    app = pageRoutes()

    def __init__(
        self,
        access: PageAccess,
        login: LogIn,
        context: AdminContext,
        setup: SetupPage,
        subpages: dict[str, Any],
    ) -> None:
        self.access = access
        self.subpages = subpages
        self.setup = setup
        self._login = login
        self._context = context

    @app.route("/", methods=["GET"])
    async def home(self, request: Request) -> bytes:
        """
        Show the overview.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        status = await self._context.commands.perform("status")
        return self.access.page(
            request,
            "admin/home.html",
            visit.session,
            status=status,
            complaints=[
                *complaints(self._context.status),
                *self._context.status.warn(),
            ],
        )

    @app.route("/login", methods=["GET"])
    def loginPage(self, request: Request) -> bytes:
        """
        Show the log-in form.
        """
        if self.access.session(request, OPERATOR) is not None:
            return self.access.redirect(request, HOME)
        return self.access.page(request, "admin/login.html", wrong="")

    @app.route("/login", methods=["POST"])
    async def logIn(self, request: Request) -> bytes:
        """
        Log in by a token.
        """
        form, now = self.access.loginForm(request), self.access.now()
        host = self.access.clients.address(request)
        name = await self._login.operator(host, form.get("token", ""), now)
        wrong = NO_PAGES if name else WRONG
        if not mayView(self._login.scope(name)):
            return self.access.page(request, "admin/login.html", code=403, wrong=wrong)
        self.access.logIn(request, token=name)
        return self.access.redirect(request, HOME)

    @app.route("/logout", methods=["POST"])
    def logOut(self, request: Request) -> bytes:
        """
        Log out.
        """
        visit = self.access.visit(request, OPERATOR)
        self.access.logOut(request, visit.session, OPERATOR)
        return self.access.redirect(request, "/admin/login")

    @app.route("/setup/<secret>", methods=["GET", "POST"])
    async def setUp(self, request: Request, secret: str) -> bytes:
        """
        Show the page that creates the first token.
        """
        return await self.setup.page(request, secret)

    @app.route("/tokens", methods=["GET"])
    async def tokens(self, request: Request) -> bytes:
        """
        List the tokens.
        """
        return await self._list(
            request, "token list", "admin/tokens.html", scopes=SCOPES
        )

    @app.route("/notices", methods=["GET"])
    async def notices(self, request: Request) -> bytes:
        """
        List the notices.
        """
        return await self._list(request, "notice list", "admin/notices.html")

    async def _list(
        self, request: Request, verb: str, template: str, **values: Any
    ) -> bytes:
        visit = self.access.requireLogin(request, OPERATOR)
        rows = await self._context.commands.perform(verb)
        return self.access.page(request, template, visit.session, rows=rows, **values)

    @app.route("/sources", methods=["GET"])
    def sources(self, request: Request) -> bytes:
        """
        List the sources of information, with the age of their data.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        rows = self._context.running.sources()
        return self.access.page(request, "admin/sources.html", visit.session, rows=rows)

    @app.route("/do/<what>", methods=["POST"])
    async def act(self, request: Request, what: str) -> bytes:
        """
        Add or remove a token or a notice.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        if what not in FORMS:
            raise NotFound
        action = FORMS[what]
        fields = visit.form
        arguments = {name: fields.get(name, "") for name in action.arguments}
        if "scope" not in fields:
            arguments.pop("scope", None)
        answer = await self._context.commands.perform(action.verb, **arguments)
        notice = action.notice.format_map(answer)
        return self.access.flash(request, visit, f"/admin/{action.page}", notice)

    @app.route("/<name>/", branch=True)
    def subpage(self, request: Request, name: str) -> IResource:
        """
        Route to the pages of one subject.
        """
        return subpage(self.subpages, name)
