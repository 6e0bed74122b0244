# -*- test-case-name: tests.web.admin.test_home -*-
"""
C{/admin/devices/}: all devices, and one device's whole story.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from werkzeug.exceptions import NotFound

from gigasetd.control.documents import deviceRow, guestRow
from gigasetd.errors import Refused
from gigasetd.provisioning.rendering import RenderingError
from gigasetd.registry.model import SERVICES
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import Subject, subjectOf
from gigasetd.web.admin.devicesearch import PAGE, STATES, DeviceQuery, searchDevices
from gigasetd.web.admin.home import AdminContext
from gigasetd.web.http.channel import Request
from gigasetd.web.http.query import parameters
from gigasetd.web.pages.access import OPERATOR, PageAccess
from gigasetd.web.pages.app import pageRoutes
from gigasetd.web.phone.settingsdocument import SettingsDocuments

HIDDEN = "********"
DEEPEST = 100000  #: pages that anybody turns to
SURE = ("device remove", "device erase")
"""What cannot be undone, and takes a tick."""

ACTIONS = {
    "password": ("device password", ("password",)),
    "sync": ("device sync", ()),
    "reset-pin": ("device reset-pin", ()),
    "accept": ("device accept", ("version",)),
    "decline": ("device decline", ("version",)),
    "enable": ("service enable", ("service",)),
    "disable": ("service disable", ("service",)),
    "remove": ("device remove", ()),
    "erase": ("device erase", ()),
}
"""What a form may do -> its verb, and what it says beside the device."""

NEW = "mac number password serial item_number product nickname mac_id".split()


class DevicePages:
    """
    @ivar access: who may come in.
    """

    app = pageRoutes()

    def __init__(
        self,
        access: PageAccess,
        context: AdminContext,
        registry: Registry,
        documents: Callable[[], SettingsDocuments],
    ) -> None:
        self.access = access
        self._context = context
        self._registry = registry
        self._documents = documents

    @app.route("/", methods=["GET"])
    async def all(self, request: Request) -> bytes:
        """
        The devices, a page at a time.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        wanted = _wanted(parameters(request.query))
        found = await self._look(wanted)
        return self.access.page(
            request,
            "admin/devices.html",
            visit.session,
            rows=[self._row(subject) for subject in found[:PAGE]],
            wanted=wanted,
            states=STATES,
            earlier=_link(wanted, -1) if wanted.page else "",
            later=_link(wanted, 1) if len(found) > PAGE else "",
        )

    async def _look(self, wanted: DeviceQuery) -> list[Subject]:
        """
        Look devices up, without stopping everybody else.
        """
        found: list[Subject] = []
        steps = searchDevices(self._registry, wanted, self._context.now())

        def taking() -> Any:
            for subject in steps:
                if subject is not None:
                    found.append(subject)
                else:
                    yield None

        desk = self._context.commands.counter()
        await desk.cooperator.cooperate(taking()).whenDone()
        return found

    def _row(self, subject: Subject) -> dict[str, Any]:
        """
        One line of the list.
        """
        if subject.device is None and subject.account is None and subject.checkin:
            row = {"number": "", "nickname": "", "login": "guest", "registered": False}
            return {**row, **guestRow(subject.checkin)}
        return deviceRow(subject, self._context.now())

    @app.route("/add", methods=["GET"])
    def form(self, request: Request) -> bytes:
        """
        The form for a new device.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        mac = parameters(request.query).get("mac", "")
        return self.access.page(request, "admin/add.html", visit.session, mac=mac)

    @app.route("/add", methods=["POST"])
    async def add(self, request: Request) -> bytes:
        """
        Add it, and tell number and password this once.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        given = {name: visit.form[name] for name in NEW if visit.form.get(name)}
        flags = {name: name in visit.form for name in ("factory", "rolling")}
        made = await self._context.commands.perform("device add", **given, **flags)
        notice = f"Added: number {made['number']}. {_secret(made)}"
        return self.access.flash(request, visit, _path(made["mac"]), notice)

    @app.route("/one/<name>", methods=["GET"])
    async def one(self, request: Request, name: str) -> bytes:
        """
        Everything about one device.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        subject = subjectOf(self._registry, name)
        perform = self._context.commands.perform
        return self.access.page(
            request,
            "admin/device.html",
            visit.session,
            name=name,
            subject=subject,
            view=await perform("device show", id=name),
            steps=await perform("check phone", id=name),
            fetched=self._context.live.fetched.when(subject.mac),
            services=SERVICES,
            actions=ACTIONS,
        )

    @app.route("/one/<name>/settings", methods=["GET"])
    def preview(self, request: Request, name: str) -> bytes:
        """
        What its phone would be sent, without the password.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        subject = subjectOf(self._registry, name)
        if subject.device is None:
            raise NotFound
        nvm = request.query == b"nvm"
        try:
            document = self._documents().preview(subject.device, HIDDEN, nvm)
        except RenderingError as error:
            raise Refused(f"these settings cannot be made: {error}") from None
        return self.access.page(
            request,
            "admin/settings.html",
            visit.session,
            name=name,
            text=_text(document),
            nvm=nvm,
        )

    @app.route("/one/<name>/do/<what>", methods=["POST"])
    async def act(self, request: Request, name: str, what: str) -> bytes:
        """
        Change something about it.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        if what not in ACTIONS:
            raise NotFound
        verb, names = ACTIONS[what]
        if verb in SURE and visit.form.get("sure") != "yes":
            notice = "Nothing was done: the box was not ticked."
            return self.access.flash(request, visit, _path(name), notice)
        given = {each: visit.form[each] for each in names if visit.form.get(each)}
        told = await self._context.commands.perform(verb, id=name, **given)
        gone = verb == "device remove"
        path = "/admin/devices/" if gone else _path(name)
        return self.access.flash(request, visit, path, f"Done: {verb}. {_secret(told)}")


def _text(document: bytes) -> str:
    """
    A document as text, in the encoding that it names.
    """
    latin = b"iso-8859-1" in document[:100].lower()
    return document.decode("iso-8859-1" if latin else "utf-8", "replace")


def _secret(told: Mapping[str, Any]) -> str:
    """
    What is told this once, and what to mind.
    """
    said = [f"Warning: {warning}." for warning in told.get("warnings", ())]
    if told.get("password"):
        said.insert(0, f"The password is {told['password']} — it is shown this once.")
    return " ".join(said)


def _path(name: str) -> str:
    """
    The page of one device.
    """
    return f"/admin/devices/one/{quote(name, safe='')}"


def _wanted(told: Mapping[str, str]) -> DeviceQuery:
    """
    What the query asks for.
    """
    page, state = told.get("page", "0"), told.get("state", "all")
    deep = int(page[:6]) if page.isascii() and page.isdigit() else 0
    return DeviceQuery(
        told.get("q", "")[:100],
        state if state in STATES else "all",
        min(deep, DEEPEST),
    )


def _link(wanted: DeviceQuery, step: int) -> str:
    """
    The page before or behind.
    """
    asked = {"q": wanted.text, "state": wanted.state, "page": wanted.page + step}
    return "?" + urlencode(asked)
