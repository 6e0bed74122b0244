# -*- test-case-name: tests.web.account.test_handsets -*-
"""
C{/account/info/}: what each handset shows of the information services, with a
picture of its display.

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
from gigasetd.info.services.interface import PageContext, Service
from gigasetd.info.services.menuchoice import ServiceSelection
from gigasetd.info.services.settings import languageName
from gigasetd.registry.model import Profile
from gigasetd.registry.subject import Subject
from gigasetd.web.account.home import AccountContext
from gigasetd.web.http.channel import Request
from gigasetd.web.http.query import parameters
from gigasetd.web.pages.access import OWNER, PageAccess, Visit
from gigasetd.web.pages.app import pageRoutes

HOME = "/account/info/"
NAMELESS = "-"  #: the handset that does not tell its name, in a path
SHAPES = (6, 8)  #: lines of displays
FOUND = 12  #: cities that are offered
SCREEN = "/info/request.do"
SVG = b"image/svg+xml"


class ServiceChoice(NamedTuple):
    """
    One service on the form.
    """

    id: str
    title: str
    place: int  #: in the owner's order, counted from 1; 0 where it is left out


class HandsetPages:
    """
    @ivar access: who may come in.
    """

    app = pageRoutes()

    def __init__(
        self,
        access: PageAccess,
        context: AccountContext,
        pages: Callable[[], Pages],
        search: Callable[[str, str, str, int], list[Place]],
    ) -> None:
        """
        @param pages: the information services.
        @param search: finds cities.
        """
        self.access = access
        self._context = context
        self._pages = pages
        self._search = search

    @app.route("/", methods=["GET"])
    def all(self, request: Request) -> bytes:
        """
        The handsets.
        """
        visit, subject = self._enter(request)
        return self.access.page(
            request,
            "account/handsets.html",
            visit.session,
            subject=subject,
            handsets=[_pathOf(profile) for profile in subject.profiles],
            first=not any(not profile.handset for profile in subject.profiles),
        )

    @app.route("/begin", methods=["POST"])
    async def begin(self, request: Request) -> bytes:
        """
        Make the profile of handsets that tell no name, before any has asked.
        """
        _, subject = self._enter(request)
        profiles.ensureProfile(
            self._context.registry, subject.mac, "", self.access.now()
        )
        await self._context.keep()
        return self.access.redirect(request, f"{HOME}{NAMELESS}")

    @app.route("/<name>", methods=["GET"])
    def one(self, request: Request, name: str) -> bytes:
        """
        One handset's choices.
        """
        visit, subject = self._enter(request)
        profile = _profile(subject, name)
        asker, offered = self._asker(profile), self._offered()
        told = parameters(request.query)
        sought, shown = told.get("city", "")[:100], told.get("page", "menu")
        pages = [("menu", "Menu"), ("screen", "Idle display")]
        pages += [
            (one.id, one.title(asker.words))
            for one in self._shown(asker)
            if one.pictured
        ]
        return self.access.page(
            request,
            "account/handset.html",
            visit.session,
            subject=subject,
            profile=profile,
            path=_pathOf(profile),
            place=asker.place,
            sought=sought,
            found=self._cities(sought, profile),
            languages=[(one, languageName(one)) for one in self._languages()],
            services=_choices(offered, asker, ticker=False),
            ticker=_choices(offered, asker, ticker=True),
            shapes=SHAPES,
            pages=pages,
            shown=shown if shown in dict(pages) else "menu",
        )

    @app.route("/<name>/picture.svg", methods=["GET"])
    def picture(self, request: Request, name: str) -> bytes:
        """
        What the handset shows: the idle display, or a page.
        """
        _, subject = self._enter(request)
        profile, told = _profile(subject, name), parameters(request.query)
        wanted = told.get("page", "")[:40]
        path = SCREEN if wanted == "screen" else f"/info/{wanted or 'menu'}.jsp"
        asked = PageRequest(path, {"handsetid": profile.handset}, profile.mac)
        page = self._pages().preview(asked, self.access.now())
        lines = 8 if told.get("lines") == "8" else 6
        return self.access.respond(request, picture(page, lines).encode(), SVG)

    @app.route("/<name>/save", methods=["POST"])
    async def save(self, request: Request, name: str) -> bytes:
        """
        Keep what was chosen.
        """
        visit, subject = self._enter(request)
        profile, form = _profile(subject, name), visit.form
        asker, offered = self._asker(profile), self._offered()
        language, born = form.get("language", ""), form.get("born", "").strip()
        day = birthDateOf(profile._replace(born=born))
        if language not in ("", *self._languages()):
            raise BadValue("there is no such language")
        if day is not None and day > asker.time.date():
            raise BadValue("a date of birth is not still to come")
        profiles.change(
            self._context.registry,
            profile,
            language=language,
            born=born,
            services=_chosen(form, "s_", offered.ids(asker, ticker=False)),
            ticker=_chosen(form, "t_", offered.ids(asker, ticker=True)),
            feeds=" ".join(form.get("feeds", "").split()),
            calendar=form.get("calendar", "").strip(),
        )
        return await self._saved(request, visit, profile)

    @app.route("/<name>/city", methods=["POST"])
    async def city(self, request: Request, name: str) -> bytes:
        """
        Keep the city that was chosen, or none.
        """
        visit, subject = self._enter(request)
        profile, id = _profile(subject, name), visit.form.get("place", "")
        chosen = placeId(id)
        if id and (chosen is None or self._pages().environment.get(chosen) is None):
            raise BadValue("there is no such city")
        profiles.change(self._context.registry, profile, place=id)
        return await self._saved(request, visit, profile)

    @app.route("/<name>/forget", methods=["POST"])
    async def forget(self, request: Request, name: str) -> bytes:
        """
        Delete a handset's profile: it begins anew when it next asks.
        """
        visit, subject = self._enter(request)
        profiles.delete(self._context.registry, _profile(subject, name))
        await self._context.keep()
        return self.access.flash(
            request, visit, HOME, "The handset's choices are gone."
        )

    async def _saved(self, request: Request, visit: Visit, profile: Profile) -> bytes:
        """
        Wait until it is on disk.
        """
        await self._context.keep()
        path = f"{HOME}{_pathOf(profile)}"
        return self.access.flash(request, visit, path, "Saved. The pictures show it.")

    def _enter(self, request: Request) -> tuple[Visit, Subject]:
        """
        Let an owner in who has a device and the service.

        @raise Refused: he has not.
        """
        visit = self.access.requireLogin(request, OWNER)
        subject = self._context.subject(visit)
        assert subject.account is not None
        if subject.device is None:
            raise Refused("the operator has not added your device yet, only its number")
        if not subject.account.offers("info"):
            raise Refused("the information services are switched off")
        return visit, subject

    def _asker(self, profile: Profile) -> PageContext:
        """
        The handset as the services know it.
        """
        asked = PageRequest("", {"handsetid": profile.handset}, profile.mac)
        return self._pages().context(asked, self.access.now())

    def _shown(self, asker: PageContext) -> Sequence[Service]:
        """
        The services that its menu has now.
        """
        return self._pages().menuServices(asker)

    def _offered(self) -> ServiceSelection:
        """
        What can be chosen.
        """
        return ServiceSelection(self._context.registry, self._pages().services)

    def _languages(self) -> list[str]:
        """
        The languages that there are.
        """
        return self._pages().environment.languages.known

    def _cities(self, sought: str, profile: Profile) -> list[Place]:
        """
        The cities of a name.
        """
        if not sought.strip():
            return []
        return self._search(sought, "", profile.language, FOUND)


def _pathOf(profile: Profile) -> str:
    """
    A handset as it stands in a path.
    """
    return profile.handset or NAMELESS


def _profile(subject: Subject, name: str) -> Profile:
    """
    The profile of a handset of that device.

    @raise NotFound: it has none.
    """
    for profile in subject.profiles:
        if _pathOf(profile) == name:
            return profile
    raise NotFound


def _choices(
    offered: ServiceSelection, asker: PageContext, ticker: bool
) -> list[ServiceChoice]:
    """
    The services on the form, those first that were chosen.
    """
    chosen, titles = offered.chosen(asker, ticker), offered.titles(asker.words)
    left = [one for one in offered.ids(asker, ticker) if one not in chosen]
    return [
        ServiceChoice(one, titles[one], place if place <= len(chosen) else 0)
        for place, one in enumerate([*chosen, *left], 1)
    ]


def _chosen(form: Mapping[str, str], box: str, ids: Sequence[str]) -> str:
    """
    The services of a form, in the order of the numbers beside them; those
    without a number stay where they are.
    """
    marked: list[tuple[int, int, str]] = []
    for turn, one in enumerate(ids):
        if f"{box}{one}" in form:
            told = form.get(f"{box}{one}_place", "").strip()[:3]
            number = int(told) if told.isascii() and told.isdigit() else 999
            marked.append((number, turn, one))
    return encodeChoice([one for _, _, one in sorted(marked)])
