# -*- test-case-name: tests.web.phone.test_handset -*-
"""
What phones ask for: their pages, and the daily hello.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from twisted.internet.defer import Deferred

from gigasetd.config.networks import Networks
from gigasetd.devices.access import mayFetch
from gigasetd.devices.checkin import Facts, factsOf, isFresh, report
from gigasetd.devices.useragent import isBrowser, parseUserAgent
from gigasetd.devices.verifiedaddress import VerifiedAddresses
from gigasetd.info.page.page import CONTENT_TYPE, Page
from gigasetd.info.pages import PageRequest, Pages, isScreen
from gigasetd.info.profiles import handsetOf
from gigasetd.info.screencache import MINUTE, CachedScreen, Key, ScreenCache, basisOf
from gigasetd.info.services.interface import PageContext
from gigasetd.registry.mac import macOf
from gigasetd.registry.registry import Registry
from gigasetd.web.http.channel import Request
from gigasetd.web.http.clientaddress import callerOf, secureWords
from gigasetd.web.http.query import parameters
from gigasetd.web.http.response import send, sendNothing, sendText

SCREENS = (b"/info/", b"/xmlInterface/")  #: where idle phones ask
FORM = b"application/x-www-form-urlencoded"


class Clients:
    """
    Who asks, and what may be shown to them.

    @ivar local: the local networks.
    @ivar proxies: peers whose word on others is believed.
    @ivar access: C{http.phone_access}.
    @ivar proven: where devices proved themselves other than by SIP.
    """

    proven: VerifiedAddresses | None = None

    def __init__(self, local: Networks, proxies: Networks, access: str) -> None:
        self.local = local
        self.proxies = proxies
        self.access = access

    def address(self, request: Request) -> str:
        """
        The address of whoever asks.
        """
        peer = getattr(request.getClientAddress(), "host", "")
        if not self.proxies.contains(peer):
            return callerOf(peer, (), (), self.proxies)
        return callerOf(
            peer,
            values(request, b"Forwarded"),
            values(request, b"X-Forwarded-For"),
            self.proxies,
        )

    def isLocal(self, request: Request) -> bool:
        """
        Whether somebody in the local networks asks.
        """
        return self.local.contains(self.address(request))

    def isSecure(self, request: Request) -> bool:
        """
        Whether the browser speaks TLS: with us, or with a trusted proxy that
        says so.
        """
        peer = getattr(request.getClientAddress(), "host", "")
        if not self.proxies.contains(peer):
            return bool(request.isSecure())
        told = [*values(request, b"X-Forwarded-Proto"), *values(request, b"Forwarded")]
        return "https" in secureWords(told)

    def mayFetch(self, registry: Registry, mac: str, host: str, now: float) -> bool:
        """
        Whether C{host} may get what belongs to device C{mac}.
        """
        verified = self.proven.host(mac, now) if self.proven else None
        return mayFetch(registry, self.local, self.access, mac, host, verified)


class PhonePages:
    """
    The answers to phones.

    @ivar settle: makes the registry's changes safe; called before an answer
        that follows from one.
    @ivar safe: fires when a change survives a power cut.
    @ivar now: the time, epoch seconds.
    @ivar admits: whether an address may have one more report kept now.
    @ivar kept: the screens that idle phones ask for again and again.
    """

    def __init__(
        self,
        registry: Registry,
        pages: Pages,
        clients: Clients,
        settle: Callable[[], None],
        safe: Callable[[int], Deferred[None]],
        now: Callable[[], float],
        kept: ScreenCache,
        admits: Callable[[str, float], bool],
    ) -> None:
        self.admits = admits
        self.registry = registry
        self.pages = pages
        self.clients = clients
        self.settle = settle
        self.safe = safe
        self.now = now
        self.kept = kept

    def again(self, request: Request) -> bytes | None:
        """
        The screen that this phone got last, where it is still true and its
        request tells nothing new.
        """
        if request.method != b"GET" or not request.path.startswith(SCREENS):
            return None
        host, now = self.clients.address(request), self.now()
        screen = self.kept.find(_keyOf(request, host), now)
        if screen is None or not self._isNothingNew(screen, host, now):
            return None
        return send(request, screen.body, CONTENT_TYPE)

    def page(self, request: Request) -> bytes | Deferred[bytes]:
        """
        A page of the information services.

        @return: the page; where it told of a change, once that is on disk.
        """
        host, now = self.clients.address(request), self.now()
        told = parameters(request.query)
        mac = self.note(request, told, host, now)
        asked = PageRequest(
            request.path.decode("utf-8", "replace"),
            told,
            mac if self._mayFetch(mac, host, now) else "",
        )
        if isBrowser(header(request, b"User-Agent")):
            # Any web page could have a browser ask, and phones set by GET.
            page = self.pages.preview(asked, now)
            return send(request, page.encode(), CONTENT_TYPE)
        before = self.registry.journal.number
        page, asker = self.pages.render(asked, now)
        body = page.encode()
        number = self.registry.journal.number
        if number > before:
            self.settle()
            done = self.safe(number)
            return done.addCallback(lambda _: send(request, body, CONTENT_TYPE))
        if isScreen(asked):
            key = _keyOf(request, host)
            self.kept.store(key, self._screen(mac, asked, asker, body, now))
        return send(request, body, CONTENT_TYPE)

    def _mayFetch(self, mac: str, host: str, now: float) -> bool:
        """
        Whether a request from C{host} may get what belongs to its device.
        """
        return bool(mac) and self.clients.mayFetch(self.registry, mac, host, now)

    def _isNothingNew(self, screen: CachedScreen, host: str, now: float) -> bool:
        """
        Whether a request for a kept screen tells what is known, from where it
        may be shown.
        """
        checkin = self.registry.checkins.get(screen.mac) if screen.mac else None
        if checkin is not screen.checkin:
            return False
        if checkin is not None and not isFresh(checkin, now):
            return False
        return self._mayFetch(screen.mac, host, now) == screen.seen

    def _screen(
        self, mac: str, asked: PageRequest, asker: PageContext, body: bytes, now: float
    ) -> CachedScreen:
        """
        What has to be known to send a screen again.
        """
        handset = handsetOf(asked.parameters)
        return CachedScreen(
            mac,
            handset,
            bool(asked.mac),
            now // MINUTE,
            self.registry.checkins.get(mac) if mac else None,
            basisOf(self.registry, mac, handset),
            asker.used,
            body,
        )

    def errorPage(self, request: Request) -> Page:
        """
        The page for when something is wrong on our side.
        """
        return self.pages.errorPage(parameters(request.query))

    def checkin(self, request: Request) -> bytes:
        """
        The daily hello.
        """
        told = parameters(request.query, formOf(request))
        host, now = self.clients.address(request), self.now()
        if not self.admits(host, now):
            return sendText(request, "Too many requests.", 429)
        if not report(self.registry, factsOf(told, host), now):
            return sendText(request, "mac must be twelve hexadecimal digits", 400)
        self.settle()
        return sendNothing(request)

    def note(
        self, request: Request, told: Mapping[str, str], host: str, now: float
    ) -> str:
        """
        Keep what any request of a phone tells about it.

        @return: the device's MAC, C{""} where it tells none.
        """
        said = header(request, b"User-Agent")
        agent = parseUserAgent(said)
        mac = macOf(told.get("mac", "").partition(",")[0]) or agent.mac
        if mac and not isBrowser(said) and self.admits(host, now):
            facts = Facts(
                mac,
                product=agent.base,
                software_version=agent.firmware,
                public_ip=host,
            )
            report(self.registry, facts, now)
            self.settle()
        return mac


def _keyOf(request: Request, host: str) -> Key:
    """
    What tells a request for a screen from all others.
    """
    agent = request.requestHeaders.getRawHeaders(b"User-Agent", (b"",))[0]
    return request.path, request.query, agent, host.encode("latin-1", "replace")


def values(request: Request, name: bytes) -> list[str]:
    """
    A header's values.
    """
    raw = request.requestHeaders.getRawHeaders(name, [])
    return [value.decode("latin-1") for value in raw]


def header(request: Request, name: bytes) -> str:
    """
    A header's first value, C{""} for none.
    """
    return next(iter(values(request, name)), "")


def formOf(request: Request) -> bytes:
    """
    The fields of a posted form, C{b""} for anything else.
    """
    kind = header(request, b"Content-Type").partition(";")[0].strip().lower()
    if request.method != b"POST" or kind not in ("", FORM.decode()):
        return b""
    return request.content.read().strip()
