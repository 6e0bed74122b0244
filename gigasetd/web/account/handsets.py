# -*- test-case-name: tests.web.account.test_handsets -*-
"""
C{/account/info/}: the Info Center's settings for each handset, with a preview
of its display.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from werkzeug.exceptions import NotFound

from gigasetd.errors import BadValue, Refused
from gigasetd.info import profiles
from gigasetd.info.pages import PageRequest, Pages
from gigasetd.info.places.place import Place
from gigasetd.info.preview.svg import picture
from gigasetd.info.serviceorder import encodeChoice
from gigasetd.info.services.biorhythm import birthDateOf
from gigasetd.info.services.city import placeId
from gigasetd.info.services.interface import PageContext
from gigasetd.info.services.menuchoice import ServiceSelection
from gigasetd.info.services.settings import languageName
from gigasetd.registry.model import Profile
from gigasetd.registry.subject import Subject
from gigasetd.web.account.home import AccountContext
from gigasetd.web.http.channel import Request
from gigasetd.web.http.query import parameters
from gigasetd.web.pages.access import PageAccess, Visit
from gigasetd.web.pages.app import pageRoutes

HOME = "/account/info/"
OTHERS = "-"  #: path segment of the handsets that send no id
SHAPES = (6, 8)  #: lines of displays
CITIES = 12  #: matches of a search that are shown
SCREEN = "/info/request.do"  #: path of the idle display
SVG = b"image/svg+xml"


class ServiceChoice(NamedTuple):
    """
    A service on the form.
    """

    id: str
    title: str
    place: int  #: its position, counted from 1; 0 when it is not shown


class HandsetPages:
    """
    @ivar access: checks log-ins and renders pages.
    """

    app = pageRoutes()

    def __init__(
        self,
        access: PageAccess,
        context: AccountContext,
        pages: Pages,
        search: Callable[[str, str, str, int], list[Place]],
    ) -> None:
        """
        @param pages: returns the information services.
        @param search: finds cities by name, country, language and the most
            matches.
        """
        self.access = access
        self._context = context
        self._pages = pages
        self._search = search

    @app.route("/", methods=["GET"])
    def all(self, request: Request) -> bytes:
        """
        List the handsets.
        """
        visit, subject = self._enter(request)
        return self.access.page(
            request,
            "account/handsets.html",
            visit.session,
            subject=subject,
            handsets=[_segment(profile) for profile in subject.profiles],
            first=all(profile.handset for profile in subject.profiles),
        )

    @app.route("/begin", methods=["POST"])
    async def begin(self, request: Request) -> bytes:
        """
        Make the profile of the handsets that send no id.
        """
        _, subject = self._enter(request)
        registry, now = self._context.registry, self.access.now()
        profiles.ensureProfile(registry, subject.mac, "", now)
        await self._context.persist()
        return self.access.redirect(request, f"{HOME}{OTHERS}")

    @app.route("/<name>", methods=["GET"])
    def handset(self, request: Request, name: str) -> bytes:
        """
        Show the settings of a handset.
        """
        visit, subject = self._enter(request)
        profile = _profile(subject, name)
        context, selection = self._pageContext(profile), self._selection()
        arguments = parameters(request.query)
        query, shown = arguments.get("city", "")[:100], arguments.get("page", "menu")
        pages = self._previews(context)
        return self.access.page(
            request,
            "account/handset.html",
            visit.session,
            subject=subject,
            profile=profile,
            path=_segment(profile),
            place=context.place,
            query=query,
            cities=self._cities(query, profile),
            languages=[(code, languageName(code)) for code in self._languages()],
            services=_choices(selection, context, ticker=False),
            ticker=_choices(selection, context, ticker=True),
            shapes=SHAPES,
            pages=pages,
            shown=shown if shown in dict(pages) else "menu",
        )

    def _previews(self, context: PageContext) -> list[tuple[str, str]]:
        """
        List the pages that can be previewed, by id and title.
        """
        services = self._pages.menuServices(context)
        pages = [("menu", "Menu"), ("screen", "Idle display")]
        return pages + [
            (each.id, each.title(context.words)) for each in services if each.pictured
        ]

    @app.route("/<name>/picture.svg", methods=["GET"])
    def picture(self, request: Request, name: str) -> bytes:
        """
        Draw the preview of a page, or of the idle display.
        """
        _, subject = self._enter(request)
        profile, arguments = _profile(subject, name), parameters(request.query)
        id = arguments.get("page", "")[:40]
        path = SCREEN if id == "screen" else f"/info/{id or 'menu'}.jsp"
        query = PageRequest(path, {"handsetid": profile.handset}, profile.mac)
        page = self._pages.preview(query, self.access.now())
        lines = 8 if arguments.get("lines") == "8" else 6
        return self.access.respond(request, picture(page, lines).encode(), SVG)

    @app.route("/<name>/save", methods=["POST"])
    async def save(self, request: Request, name: str) -> bytes:
        """
        Save the settings of a handset.
        """
        visit, subject = self._enter(request)
        profile, form = _profile(subject, name), visit.form
        context, selection = self._pageContext(profile), self._selection()
        language, born = form.get("language", ""), form.get("born", "").strip()
        day = birthDateOf(profile._replace(born=born))
        if language not in ("", *self._languages()):
            raise BadValue("unknown language")
        if day is not None and day > context.time.date():
            raise BadValue("the date of birth is in the future")
        profiles.change(
            self._context.registry,
            profile,
            language=language,
            born=born,
            services=_selected(form, "s_", selection.ids(context, ticker=False)),
            ticker=_selected(form, "t_", selection.ids(context, ticker=True)),
            feeds=" ".join(form.get("feeds", "").split()),
            calendar=form.get("calendar", "").strip(),
        )
        return await self._saved(request, visit, profile)

    @app.route("/<name>/city", methods=["POST"])
    async def city(self, request: Request, name: str) -> bytes:
        """
        Set or clear the city of a handset.
        """
        visit, subject = self._enter(request)
        profile, id = _profile(subject, name), visit.form.get("place", "")
        place = placeId(id)
        if id and (place is None or self._pages.environment.get(place) is None):
            raise BadValue("unknown city")
        profiles.change(self._context.registry, profile, place=id)
        return await self._saved(request, visit, profile)

    @app.route("/<name>/forget", methods=["POST"])
    async def reset(self, request: Request, name: str) -> bytes:
        """
        Delete the settings of a handset; it gets the defaults with its next
        request.
        """
        visit, subject = self._enter(request)
        profiles.delete(self._context.registry, _profile(subject, name))
        await self._context.persist()
        notice = "Handset reset to defaults."
        return self.access.flash(request, visit, HOME, notice)

    async def _saved(self, request: Request, visit: Visit, profile: Profile) -> bytes:
        await self._context.persist()
        path = f"{HOME}{_segment(profile)}"
        return self.access.flash(request, visit, path, "Saved. See the preview.")

    def _enter(self, request: Request) -> tuple[Visit, Subject]:
        """
        Return the visit of an owner with a device and the service.

        @raise Refused: there is no device, or the service is turned off.
        """
        visit, subject = self._context.enter(self.access, request, "info")
        if subject.device is None:
            raise Refused(
                "your number has no device yet: ask the operator to add your device"
            )
        return visit, subject

    def _pageContext(self, profile: Profile) -> PageContext:
        query = PageRequest("", {"handsetid": profile.handset}, profile.mac)
        return self._pages.context(query, self.access.now())

    def _selection(self) -> ServiceSelection:
        return ServiceSelection(self._context.registry, self._pages.services)

    def _languages(self) -> list[str]:
        return self._pages.environment.languages.known

    def _cities(self, query: str, profile: Profile) -> list[Place]:
        if not query.strip():
            return []
        return self._search(query, "", profile.language, CITIES)


def _segment(profile: Profile) -> str:
    """
    Return a profile's path segment.
    """
    return profile.handset or OTHERS


def _profile(subject: Subject, segment: str) -> Profile:
    """
    Return the profile behind a path segment.

    @raise NotFound: there is none.
    """
    for profile in subject.profiles:
        if _segment(profile) == segment:
            return profile
    raise NotFound


def _choices(
    selection: ServiceSelection, context: PageContext, ticker: bool
) -> list[ServiceChoice]:
    """
    List the services of the form, the shown ones first.
    """
    shown, titles = selection.chosen(context, ticker), selection.titles(context.words)
    hidden = [id for id in selection.ids(context, ticker) if id not in shown]
    return [
        ServiceChoice(id, titles[id], place if place <= len(shown) else 0)
        for place, id in enumerate([*shown, *hidden], 1)
    ]


def _selected(form: Mapping[str, str], box: str, ids: Sequence[str]) -> str:
    """
    Encode the ticked services, sorted by their positions; those without one
    come last, in the present order.

    @param box: what a service's field starts with.
    """
    ticked: list[tuple[int, int, str]] = []
    for index, id in enumerate(ids):
        if f"{box}{id}" in form:
            text = form.get(f"{box}{id}_place", "").strip()[:3]
            place = int(text) if text.isascii() and text.isdigit() else 999
            ticked.append((place, index, id))
    return encodeChoice([id for _, _, id in sorted(ticked)])
