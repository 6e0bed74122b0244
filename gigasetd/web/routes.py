# -*- test-case-name: tests.web.test_routes -*-
"""
Which path is answered by whom.

C{Host} never decides, and no phone is answered by a redirect: those of 2005
follow them in their own ways.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from klein import Klein
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.resource import IResource
from werkzeug.exceptions import HTTPException

from gigasetd.errors import StoreError
from gigasetd.registry.mac import macOf
from gigasetd.web.account.home import AccountPages
from gigasetd.web.admin.home import AdminPages
from gigasetd.web.http.channel import Request
from gigasetd.web.http.response import sendPage, sendText
from gigasetd.web.monitoring import Monitoring
from gigasetd.web.phone.directory import DirectoryPages
from gigasetd.web.phone.handset import PhonePages
from gigasetd.web.phone.imageproxy import Images
from gigasetd.web.phone.landevices import LanDevices
from gigasetd.web.phone.provisioning import Provisioning
from gigasetd.web.phone.redirect import Redirects
from gigasetd.web.static import StaticFiles

PAGES = (b"/info", b"/xmlInterface")  #: below these a handset reads the answer

log = Logger()


def _routes() -> Klein:
    """
    An application that takes paths as they are.
    """
    app = Klein()
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    return app


@dataclass(frozen=True)
class RouteTargets:
    """
    What answers.

    @ivar loaded: to be called when the registry is loaded, before any page.
    """

    handset: PhonePages
    devices: LanDevices
    monitoring: Monitoring
    provisioning: Provisioning
    redirects: Redirects
    directory: DirectoryPages
    images: Images
    owner: AccountPages
    operator: AdminPages
    static: StaticFiles
    loaded: Callable[[], None]


class HttpRoutes:
    """
    The table of paths.

    @ivar counts: requests that failed by our fault, by reason.
    """

    app = _routes()

    def __init__(self, parts: RouteTargets) -> None:
        self.handset = parts.handset
        self.devices = parts.devices
        self.provisioning = parts.provisioning
        self.redirects = parts.redirects
        self.directory = parts.directory
        self.images = parts.images
        self.monitoring = parts.monitoring
        self.owner = parts.owner
        self.operator = parts.operator
        self.files = parts.static
        self.counts = {"faults": 0, "unsettled": 0}

    @app.route("/info/", branch=True)
    def info(self, request: Request) -> bytes | Deferred[bytes]:
        """
        The information services; an unknown page is the first one.
        """
        return self.handset.page(request)

    @app.route("/xmlInterface/", branch=True)
    def menu(self, request: Request) -> bytes | Deferred[bytes]:
        """
        The same, as the PRO bases ask for it.
        """
        return self.handset.page(request)

    @app.route("/device/", branch=True)
    def device(self, request: Request) -> bytes | IResource:
        """
        The update and profile server.
        """
        return self.provisioning.device(request)

    @app.route("/sifs/<name>")
    def index(self, request: Request, name: str) -> bytes | IResource:
        """
        Where a phone comes out that takes C{../../} from another place.
        """
        return self.provisioning.device(request)

    @app.route("/<name>.xml")
    def nvm(self, request: Request, name: str) -> bytes:
        """
        A phone's settings in the nvm form.
        """
        mac = macOf(name)
        if mac is None:
            return sendText(request, "There is no such page.", 404)
        return self.provisioning.settings(request, mac, nvm=True)

    @app.route("/checkin")
    def checkin(self, request: Request) -> bytes:
        """
        The daily hello.
        """
        return self.handset.checkin(request)

    @app.route("/")
    def start(self, request: Request) -> bytes:
        """
        The devices of the caller's network.
        """
        return self.devices.table(request)

    @app.route("/account/", branch=True)
    def account(self, request: Request) -> IResource:
        """
        An owner's own pages.
        """
        return _below(self.owner)

    @app.route("/admin/", branch=True)
    def admin(self, request: Request) -> IResource:
        """
        The operator's pages and API.
        """
        return _below(self.operator)

    @app.route("/static/<name>")
    def static(self, request: Request, name: str) -> bytes:
        """
        What the pages for people look like.
        """
        return self.files.file(request, name)

    @app.route("/macredirect/ap")
    def redirect(self, request: Request) -> bytes:
        """
        The way to a phone's settings.
        """
        return self.redirects.follow(request)

    @app.route("/apxml/rpc.do")
    async def rpc(self, request: Request) -> bytes:
        """
        What integrators say about that way.
        """
        return await self.redirects.call(request)

    @app.route("/directory")
    @app.route("/api/siemens")
    def search(self, request: Request) -> bytes:
        """
        The online directory; other paths lead here by what they ask.
        """
        return self.directory.search(request)

    @app.route("/proxy/image.do")
    async def proxy(self, request: Request) -> bytes:
        """
        An image in the form that handsets read.
        """
        return await self.images.proxy(request)

    @app.route("/images/<name>")
    def image(self, request: Request, name: str) -> bytes:
        """
        One of our images, as it is.
        """
        return self.images.own(request, name)

    @app.route("/phonebook.xml")
    @app.route("/device/phonebook.xml")
    def phonebook(self, request: Request) -> bytes:
        """
        The central phonebook.
        """
        return self.directory.phonebook(request)

    @app.route("/health")
    def health(self, request: Request) -> bytes:
        """
        Whether all is well.
        """
        return self.monitoring.health(request)

    @app.route("/description.xml")
    def description(self, request: Request) -> bytes:
        """
        What SSDP points to.
        """
        return self.monitoring.description(request)

    @app.route("/metrics")
    def metrics(self, request: Request) -> bytes:
        """
        Figures.
        """
        return self.monitoring.figures(request)

    @app.handle_errors(HTTPException)
    def unrouted(self, request: Any, failure: Failure) -> bytes:
        """
        No such page.
        """
        code = getattr(failure.value, "code", None) or 404
        return sendText(request, "There is no such page.", code)

    @app.handle_errors(StoreError)
    def unsettled(self, request: Any, failure: Failure) -> bytes:
        """
        What was to be kept could not be: the store is away, and says so in
        the log itself.
        """
        self.counts["unsettled"] += 1
        return self._sorry(request, 503)

    @app.handle_errors(Exception)
    def failed(self, request: Any, failure: Failure) -> bytes:
        """
        Our fault.
        """
        self.counts["faults"] += 1
        log.failure("a request failed", failure)
        return self._sorry(request, 500)

    def _sorry(self, request: Request, code: int) -> bytes:
        """
        An apology in a form that whoever asked can read.
        """
        if request.path.startswith(PAGES):
            return sendPage(request, self.handset.errorPage(request), code)
        return sendText(request, "Something is wrong here. Try again later.", code)


def _below(part: Any) -> IResource:
    """
    A part's own table of paths.
    """
    resource: IResource = part.app.resource()
    return resource
