# -*- test-case-name: tests.web.phone.test_handset -*-
"""
The Info Center's pages, as handsets fetch them.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred

from gigasetd.devices.checkin import isFresh
from gigasetd.devices.useragent import isBrowser
from gigasetd.info.page.page import CONTENT_TYPE, Page
from gigasetd.info.pages import PageRequest, Pages, isScreen
from gigasetd.info.profiles import handsetOf
from gigasetd.info.screencache import MINUTE, CachedScreen, Key, ScreenCache, basisOf
from gigasetd.info.services.interface import PageContext
from gigasetd.web.http.channel import Request
from gigasetd.web.http.headers import header
from gigasetd.web.http.query import parameters
from gigasetd.web.http.response import send
from gigasetd.web.phone.checkin import CheckIns

SCREENS = (b"/info/", b"/xmlInterface/")  #: paths of the idle displays


class PhonePages:
    """
    @ivar pages: the information services.
    """

    def __init__(
        self,
        checkIns: CheckIns,
        pages: Pages,
        screens: ScreenCache,
        persist: Callable[[], Deferred[None]],
    ) -> None:
        """
        @param checkIns: records what each request says of its phone.
        @param screens: the idle displays that were sent before.
        @param persist: saves all changes so far; fires when they survive a
            power cut.
        """
        self.pages = pages
        self._checkIns = checkIns
        self._registry = checkIns.registry
        self._clients = checkIns.clients
        self._screens = screens
        self._persist = persist

    def cached(self, request: Request) -> bytes | None:
        """
        Answer with the idle display that this phone got last, while it is
        still true and the request says nothing new of the phone.

        @return: C{None} where the page has to be made.
        """
        if request.method != b"GET" or not request.path.startswith(SCREENS):
            return None
        host, now = self._clients.address(request), self._checkIns.now()
        screen = self._screens.find(_cacheKey(request, host), now)
        if screen is None or not self._isCurrent(screen, request, now):
            return None
        return send(request, screen.body, CONTENT_TYPE)

    def page(self, request: Request) -> bytes | Deferred[bytes]:
        """
        Answer with a page of the information services.

        @return: the page; fires once a change that it confirms is on disk.
        """
        host, now = self._clients.address(request), self._checkIns.now()
        arguments = parameters(request.query)
        mac = self._checkIns.record(request, arguments, host, now)
        query = PageRequest(
            request.path.decode("utf-8", "replace"),
            arguments,
            mac if self._mayFetch(mac, request, now) else "",
        )
        if isBrowser(header(request, b"User-Agent")):
            # Any web page could make a browser send this, and handsets change
            # settings by GET: a browser gets the page without the change.
            page = self.pages.preview(query, now)
            return send(request, page.encode(), CONTENT_TYPE)
        before = self._registry.journal.number
        page, context = self.pages.render(query, now)
        body = page.encode()
        if self._registry.journal.number > before:
            done = self._persist()
            return done.addCallback(lambda _: send(request, body, CONTENT_TYPE))
        if isScreen(query):
            key = _cacheKey(request, host)
            self._screens.store(key, self._screen(mac, query, context, body, now))
        return send(request, body, CONTENT_TYPE)

    def _mayFetch(self, mac: str, request: Request, now: float) -> bool:
        clients = self._clients
        return bool(mac) and clients.mayFetch(request, self._registry, mac, now)

    def _isCurrent(self, screen: CachedScreen, request: Request, now: float) -> bool:
        """
        Tell whether the check-in behind a cached screen is still fresh, and the
        client may see as much as before.
        """
        checkin = self._registry.checkins.get(screen.mac) if screen.mac else None
        if checkin is not screen.checkin:
            return False
        if checkin is not None and not isFresh(checkin, now):
            return False
        return self._mayFetch(screen.mac, request, now) == screen.seen

    def _screen(
        self,
        mac: str,
        query: PageRequest,
        context: PageContext,
        body: bytes,
        now: float,
    ) -> CachedScreen:
        handset = handsetOf(query.parameters)
        return CachedScreen(
            mac,
            handset,
            bool(query.mac),
            now // MINUTE,
            self._registry.checkins.get(mac) if mac else None,
            basisOf(self._registry, mac, handset),
            context.used,
            body,
        )

    def errorPage(self, request: Request) -> Page:
        """
        Return the page for a fault of this server.
        """
        return self.pages.errorPage(parameters(request.query))


def _cacheKey(request: Request, host: str) -> Key:
    agent = request.requestHeaders.getRawHeaders(b"User-Agent", (b"",))[0]
    return request.path, request.query, agent, host.encode("latin-1", "replace")
