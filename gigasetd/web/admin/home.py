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
from gigasetd.web.admin.setup import Setup
from gigasetd.web.http.channel import Request
from gigasetd.web.monitoring import complaints
from gigasetd.web.pages.access import OPERATOR, Gate, Visit
from gigasetd.web.pages.app import people
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


class Office(NamedTuple):
    """
    What the pages of operators work with.
    """

    commands: Commands
    live: Live
    now: Callable[[], float]


class Operator:
    """
    @ivar gate: who may come in.
    @ivar rooms: name -> the table of paths below it.
    """

    app = people()

    def __init__(
        self,
        gate: Gate,
        login: LogIn,
        office: Office,
        setup: Setup,
        rooms: dict[str, Any],
    ) -> None:
        self.gate = gate
        self.rooms = rooms
        self.setup = setup
        self._login = login
        self._office = office

    @app.route("/", methods=["GET"])
    async def home(self, request: Request) -> bytes:
        """
        How everything is.
        """
        visit = self.gate.enter(request, OPERATOR)
        status = await self._office.commands.perform("status")
        return self.gate.page(
            request,
            "admin/home.html",
            visit.session,
            status=status,
            complaints=complaints(self._office.live, near=True),
        )

    @app.route("/login", methods=["GET"])
    def door(self, request: Request) -> bytes:
        """
        The form to log in by.
        """
        if self.gate.session(request, OPERATOR) is not None:
            return self.gate.go(request, HOME)
        return self.gate.page(request, "admin/login.html", wrong="")

    @app.route("/login", methods=["POST"])
    async def knock(self, request: Request) -> bytes:
        """
        Log in.
        """
        form = self.gate.before(request)
        host = self.gate.callers.address(request)
        name = await self._login.operator(host, form.get("token", ""), self.gate.now())
        if not name:
            return self.gate.page(request, "admin/login.html", code=403, wrong=WRONG)
        self.gate.admit(request, token=name)
        return self.gate.go(request, HOME)

    @app.route("/logout", methods=["POST"])
    def leave(self, request: Request) -> bytes:
        """
        Log out.
        """
        visit = self.gate.enter(request, OPERATOR)
        self.gate.dismiss(request, visit.session, OPERATOR)
        return self.gate.go(request, "/admin/login")

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
        visit = self.gate.enter(request, OPERATOR)
        found = await self._office.commands.perform(verb)
        return self.gate.page(request, page, visit.session, found=found)

    @app.route("/sources", methods=["GET"])
    def sources(self, request: Request) -> bytes:
        """
        Where the information comes from, and how old it is.
        """
        visit = self.gate.enter(request, OPERATOR)
        told = self._office.live.sources()
        return self.gate.page(request, "admin/sources.html", visit.session, found=told)

    @app.route("/do/<what>", methods=["POST"])
    async def act(self, request: Request, what: str) -> bytes:
        """
        Change what tokens or notices there are.
        """
        visit = self.gate.enter(request, OPERATOR)
        if what not in FORMS:
            raise NotFound
        verb, names, page = FORMS[what]
        arguments = {name: visit.form.get(name, "") for name in names}
        told = await self._office.commands.perform(verb, **arguments)
        return self.gate.done(request, visit, f"/admin/{page}", _notice(verb, told))

    @app.route("/<room>/", branch=True)
    def room(self, request: Request, room: str) -> IResource:
        """
        The pages about one subject.
        """
        if room not in self.rooms:
            raise NotFound
        found: IResource = self.rooms[room].app.resource()
        return found


def _notice(verb: str, told: Mapping[str, Any]) -> str:
    """
    What is said of a change; a new token is told this once.
    """
    name = told["name"]
    if verb == "token add":
        return f"The token {name} is: {told['token']} — it is shown this once."
    return f"{verb.partition(' ')[0].capitalize()} {name}: done."


def enter(gate: Gate, request: Request) -> Visit:
    """
    Let an operator in.
    """
    return gate.enter(request, OPERATOR)
