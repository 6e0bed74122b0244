# -*- test-case-name: tests.web.admin.test_devices -*-
"""
C{/admin/devices/}: the search for devices, and each device's page with its
actions.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from werkzeug.exceptions import NotFound

from gigasetd.auth.tokens import mayManage
from gigasetd.control.documents import deviceRow, guestRow
from gigasetd.errors import Refused
from gigasetd.provisioning.rendering import RenderingError
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import Subject, subjectOf
from gigasetd.web.admin.devicesearch import PAGE, STATES, DeviceQuery, searchDevices
from gigasetd.web.admin.home import AdminContext
from gigasetd.web.admin.openapi import withoutSecrets
from gigasetd.web.http.channel import Request
from gigasetd.web.http.query import parameters
from gigasetd.web.pages.access import OPERATOR, PageAccess
from gigasetd.web.pages.app import pageRoutes
from gigasetd.web.pages.servicetext import SERVICE_TEXTS
from gigasetd.web.phone.settingsdocument import SettingsDocuments

HOME = "/admin/devices/"
HIDDEN = "********"  #: stands for the password in previews
LAST_PAGE = 100000
NOT_CONFIRMED = "Nothing was changed. Tick the box to confirm."

FIELDS = "mac number password serial item_number product nickname mac_id".split()
"""Text fields of the form for a new device."""


class DeviceAction(NamedTuple):
    """
    What a form does to a device.
    """

    verb: str
    notice: str  #: shown afterwards, with fields of form and answer
    arguments: tuple[str, ...] = ()  #: names of further fields
    confirmed: bool = False  #: whether a box has to be ticked


ACTIONS = {
    "password": DeviceAction(
        "device password", "Password of {name} changed.", ("password",)
    ),
    "sync": DeviceAction("device sync", "Registered phones notified: {asked}."),
    "reset-pin": DeviceAction("device reset-pin", "Factory log-in of {name} reset."),
    "accept": DeviceAction(
        "device accept", "Version {version} accepted for {name}.", ("version",)
    ),
    "decline": DeviceAction(
        "device decline", "Version {version} declined for {name}.", ("version",)
    ),
    "enable": DeviceAction("service enable", "", ("service",)),
    "disable": DeviceAction("service disable", "", ("service",)),
    "remove": DeviceAction("device remove", "{name} removed.", confirmed=True),
    "erase": DeviceAction(
        "device erase", "Personal data of {name} deleted.", confirmed=True
    ),
}
"""Path segment -> what its form does; the notice of services is
L{gigasetd.web.pages.servicetext.ServiceText.turned}."""


class DevicePages:
    """
    @ivar access: checks log-ins and renders pages.
    """

    app = pageRoutes()

    def __init__(
        self,
        access: PageAccess,
        context: AdminContext,
        registry: Registry,
        documents: SettingsDocuments,
    ) -> None:
        """
        @param documents: returns the phones' settings documents.
        """
        self.access = access
        self._context = context
        self._registry = registry
        self._documents = documents

    @app.route("/", methods=["GET"])
    async def all(self, request: Request) -> bytes:
        """
        List the devices of a search, a page at a time.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        query = _parseQuery(parameters(request.query))
        subjects = await self._search(query)
        return self.access.page(
            request,
            "admin/devices.html",
            visit.session,
            rows=[self._row(subject) for subject in subjects[:PAGE]],
            query=query,
            states=STATES,
            earlier=_pageLink(query, -1) if query.page else "",
            later=_pageLink(query, 1) if len(subjects) > PAGE else "",
        )

    async def _search(self, query: DeviceQuery) -> list[Subject]:
        """
        Search in slices, so that no phone waits.
        """
        subjects: list[Subject] = []
        steps = searchDevices(self._registry, query, self._context.now())

        def collect() -> Any:
            for subject in steps:
                if subject is not None:
                    subjects.append(subject)
                else:
                    yield None

        cooperator = self._context.commands.dispatcher.cooperator
        await cooperator.cooperate(collect()).whenDone()
        return subjects

    def _row(self, subject: Subject) -> dict[str, Any]:
        if subject.device is None and subject.account is None and subject.checkin:
            row = {"number": "", "nickname": "", "login": "guest", "registered": False}
            return {**row, **guestRow(subject.checkin)}
        return deviceRow(subject, self._context.now())

    @app.route("/add", methods=["GET"])
    def form(self, request: Request) -> bytes:
        """
        Show the form for a new device.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        mac = parameters(request.query).get("mac", "")
        return self.access.page(request, "admin/add.html", visit.session, mac=mac)

    @app.route("/add", methods=["POST"])
    async def add(self, request: Request) -> bytes:
        """
        Add a device; show its number and password once.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        texts = {name: visit.form[name] for name in FIELDS if visit.form.get(name)}
        flags = {name: name in visit.form for name in ("factory", "rolling")}
        device = await self._context.commands.perform("device add", **texts, **flags)
        notice = f"Device added with number {device['number']}."
        path = _devicePath(device["mac"])
        return self.access.flash(request, visit, path, _notice(notice, device))

    @app.route("/one/<name>", methods=["GET"])
    async def device(self, request: Request, name: str) -> bytes:
        """
        Show a device.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        subject = subjectOf(self._registry, name)
        perform = self._context.commands.perform
        view = await perform("device show", id=name)
        if not mayManage(self.access.sessions.scope(visit.session)):
            view = withoutSecrets("device show", view)
        return self.access.page(
            request,
            "admin/device.html",
            visit.session,
            name=name,
            subject=subject,
            view=view,
            steps=await perform("check phone", id=name),
            fetched=self._context.status.fetched.when(subject.mac),
            services={key: text.title for key, text in SERVICE_TEXTS.items()},
        )

    @app.route("/one/<name>/settings", methods=["GET"])
    def preview(self, request: Request, name: str) -> bytes:
        """
        Show the settings that the phone would get, without its password.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        subject = subjectOf(self._registry, name)
        if subject.device is None:
            raise NotFound
        nvm = request.query == b"nvm"
        try:
            document = self._documents.preview(subject.device, HIDDEN, nvm)
        except RenderingError as error:
            raise Refused(f"cannot render these settings: {error}") from None
        return self.access.page(
            request,
            "admin/settings.html",
            visit.session,
            name=name,
            text=_decode(document),
            nvm=nvm,
        )

    @app.route("/one/<name>/do/<what>", methods=["POST"])
    async def act(self, request: Request, name: str, what: str) -> bytes:
        """
        Perform one of L{ACTIONS} on a device.
        """
        visit = self.access.requireLogin(request, OPERATOR)
        if what not in ACTIONS:
            raise NotFound
        action = ACTIONS[what]
        if action.confirmed and visit.form.get("sure") != "yes":
            return self.access.flash(request, visit, _devicePath(name), NOT_CONFIRMED)
        arguments = {
            field: visit.form[field]
            for field in action.arguments
            if visit.form.get(field)
        }
        answer = await self._context.commands.perform(action.verb, id=name, **arguments)
        if "service" in arguments:
            text = SERVICE_TEXTS[arguments["service"]]
            notice = text.turned(what == "enable", name)
        else:
            notice = action.notice.format_map({**answer, "name": name, **arguments})
        path = HOME if what == "remove" else _devicePath(name)
        return self.access.flash(request, visit, path, _notice(notice, answer))


def _decode(document: bytes) -> str:
    """
    Decode a document by the encoding that its declaration names.
    """
    latin = b"iso-8859-1" in document[:100].lower()
    return document.decode("iso-8859-1" if latin else "utf-8", "replace")


def _notice(text: str, answer: Mapping[str, Any]) -> str:
    """
    Append to a notice what a verb's answer warns of, and a new password.
    """
    sentences = [text]
    if answer.get("password"):
        password = answer["password"]
        sentences.append(f"Password: {password} — copy it now, it is not shown again.")
    sentences += [f"Warning: {warning}." for warning in answer.get("warnings", ())]
    return " ".join(sentences)


def _devicePath(name: str) -> str:
    return f"/admin/devices/one/{quote(name, safe='')}"


def _parseQuery(arguments: Mapping[str, str]) -> DeviceQuery:
    """
    Read a search; what is invalid counts as absent.
    """
    page, state = arguments.get("page", "0"), arguments.get("state", "all")
    number = int(page[:6]) if page.isascii() and page.isdigit() else 0
    return DeviceQuery(
        arguments.get("q", "")[:100],
        state if state in STATES else "all",
        min(number, LAST_PAGE),
    )


def _pageLink(query: DeviceQuery, step: int) -> str:
    """
    Link to a later or earlier page of the same search.
    """
    page = query.page + step
    return "?" + urlencode({"q": query.text, "state": query.state, "page": page})
