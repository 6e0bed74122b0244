# -*- test-case-name: tests.web.admin.test_home -*-
"""
C{/admin/}: how an operator comes in, and how everything is.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from twisted.web.resource import IResource
from werkzeug.exceptions import NotFound

from gigasetd.control.inprocess import Commands
from gigasetd.site.live import Live
from gigasetd.web.admin.setup import SetupPage
from gigasetd.web.http.channel import Request
from gigasetd.web.monitoring import complaints
from gigasetd.web.pages.access import OPERATOR, PageAccess, Visit
from gigasetd.web.pages.app import pageRoutes
from gigasetd.web.pages.login import LogIn

HOME = "/admin/"
WRONG = "There is no such token."

FORMS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "token-add": ("token add", ("name",), "tokens"),
    "token-remove": ("token remove", ("name",), "tokens"),
    "notice-add": ("notice add", ("name", "text", "days"), "notices"),
    "notice-remove": ("notice remove", ("name",), "notices"),
}
"""Form -> its verb, its arguments, and the page that it stands on."""


class AdminContext(NamedTuple):
    """
    What the pages of operators work with.
    """

    commands: Commands
    live: Live
    now: Callable[[], float]


class AdminPages:
    """
    @ivar access: who may come in.
    @ivar subpages: name -> the table of paths below it.
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
        How everything is.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        status = await self._context.commands.perform("status")
        return self.access.page(
            request,
            "admin/home.html",
            visit.session,
            status=status,
            complaints=complaints(self._context.live, local=True),
        )

    @app.route("/login", methods=["GET"])
    def door(self, request: Request) -> bytes:
        """
        The form to log in by.
        """
        if self.access.session(request, OPERATOR) is not None:
            return self.access.redirect(request, HOME)
        return self.access.page(request, "admin/login.html", wrong="")

    @app.route("/login", methods=["POST"])
    async def knock(self, request: Request) -> bytes:
        """
        Log in.
        """
        form = self.access.loginForm(request)
        host = self.access.clients.address(request)
        name = await self._login.operator(
            host, form.get("token", ""), self.access.now()
        )
        if not name:
            return self.access.page(request, "admin/login.html", code=403, wrong=WRONG)
        self.access.logIn(request, token=name)
        return self.access.redirect(request, HOME)

    @app.route("/logout", methods=["POST"])
    def leave(self, request: Request) -> bytes:
        """
        Log out.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        self.access.logOut(request, visit.session, OPERATOR)
        return self.access.redirect(request, "/admin/login")

    @app.route("/setup/<secret>", methods=["GET", "POST"])
    async def begin(self, request: Request, secret: str) -> bytes:
        """
        The first token.
        """
        return await self.setup.page(request, secret)

    @app.route("/tokens", methods=["GET"])
    async def tokens(self, request: Request) -> bytes:
        """
        Who may log in here.
        """
        return await self._list(request, "token list", "admin/tokens.html")

    @app.route("/notices", methods=["GET"])
    async def notices(self, request: Request) -> bytes:
        """
        What everybody is told.
        """
        return await self._list(request, "notice list", "admin/notices.html")

    async def _list(self, request: Request, verb: str, page: str) -> bytes:
        """
        A page with a list on it.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        found = await self._context.commands.perform(verb)
        return self.access.page(request, page, visit.session, found=found)

    @app.route("/sources", methods=["GET"])
    def sources(self, request: Request) -> bytes:
        """
        Where the information comes from, and how old it is.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        told = self._context.live.sources()
        return self.access.page(
            request, "admin/sources.html", visit.session, found=told
        )

    @app.route("/do/<what>", methods=["POST"])
    async def act(self, request: Request, what: str) -> bytes:
        """
        Change what tokens or notices there are.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        if what not in FORMS:
            raise NotFound
        verb, names, page = FORMS[what]
        arguments = {name: visit.form.get(name, "") for name in names}
        told = await self._context.commands.perform(verb, **arguments)
        return self.access.flash(request, visit, f"/admin/{page}", _notice(verb, told))

    @app.route("/<subpage>/", branch=True)
    def subpage(self, request: Request, subpage: str) -> IResource:
        """
        The pages about one subject.
        """
        if subpage not in self.subpages:
            raise NotFound
        found: IResource = self.subpages[subpage].app.resource()
        return found


def _notice(verb: str, told: Mapping[str, Any]) -> str:
    """
    What is said of a change; a new token is told this once.
    """
    name = told["name"]
    if verb == "token add":
        return f"The token {name} is: {told['token']} — it is shown this once."
    return f"{verb.partition(' ')[0].capitalize()} {name}: done."


def enter(access: PageAccess, request: Request) -> Visit:
    """
    Let an operator in.
    """
    return access.requireLogin(request, OPERATOR)
