# -*- test-case-name: tests.web.test_routes -*-
"""
The routes of HTTP: which path is answered by which part.

The C{Host} header never decides, and no phone's path is answered by a
redirect: the phones of 2005 follow redirects each in their own way.

Layer 3 (I/O).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
from gigasetd.web.pages.app import exactRoutes
from gigasetd.web.phone.checkin import CheckIns
from gigasetd.web.phone.directory import DirectoryPages
from gigasetd.web.phone.handset import PhonePages
from gigasetd.web.phone.imageproxy import Images
from gigasetd.web.phone.landevices import LanDevices
from gigasetd.web.phone.provisioning import Provisioning
from gigasetd.web.phone.redirect import Redirects
from gigasetd.web.phone.redirectapi import RedirectApi
from gigasetd.web.static import StaticFiles

INFO_CENTER = (b"/info", b"/xmlInterface")
"""Below these paths a handset reads the answer, so that faults are its pages."""

log = Logger()


@dataclass(frozen=True)
class RouteTargets:
    """
    The parts that answer.
    """

    checkIns: CheckIns
    handset: PhonePages
    devices: LanDevices
    monitoring: Monitoring
    provisioning: Provisioning
    redirects: Redirects
    redirectApi: RedirectApi
    directory: DirectoryPages
    images: Images
    owner: AccountPages
    operator: AdminPages
    static: StaticFiles


class HttpRoutes:
    """
    The table of paths.

    @ivar counts: requests that failed, by reason; they only grow.
    """

    app = exactRoutes()

    def __init__(self, targets: RouteTargets) -> None:
        self.targets = targets
        self.counts = {"faults": 0, "unsettled": 0}

    # the Info Center; an unknown page below these paths is its first one

    @app.route("/info/", branch=True)
    def info(self, request: Request) -> bytes | Deferred[bytes]:
        return self.targets.handset.page(request)

    @app.route("/xmlInterface/", branch=True)
    def xmlInterface(self, request: Request) -> bytes | Deferred[bytes]:
        # COMPAT: PRO bases ask for the same pages at this path.
        return self.targets.handset.page(request)

    @app.route("/checkin")
    def checkin(self, request: Request) -> bytes:
        return self.targets.checkIns.checkin(request)

    @app.route("/proxy/image.do")
    async def proxy(self, request: Request) -> bytes:
        return await self.targets.images.proxy(request)

    @app.route("/images/<name>")
    def image(self, request: Request, name: str) -> bytes:
        return self.targets.images.own(request, name)

    # provisioning

    @app.route("/device/", branch=True)
    def device(self, request: Request) -> bytes | IResource:
        return self.targets.provisioning.device(request)

    @app.route("/sifs/<name>")
    def index(self, request: Request, name: str) -> bytes | IResource:
        # An index names files as "../../sifs/...": that leads here from any
        # path that is not two levels below /device/.
        return self.targets.provisioning.device(request)

    @app.route("/<name>.xml")
    def nvm(self, request: Request, name: str) -> bytes:
        """
        Answer with a phone's settings in the nvm form.
        """
        mac = macOf(name)
        if mac is None:
            return sendText(request, "Page not found.", 404)
        return self.targets.provisioning.settings(request, mac, nvm=True)

    @app.route("/macredirect/ap")
    def redirect(self, request: Request) -> bytes:
        return self.targets.redirects.follow(request)

    @app.route("/apxml/rpc.do")
    async def redirectApi(self, request: Request) -> bytes:
        return await self.targets.redirectApi.call(request)

    # the directory; DirectoryRouting leads here from other paths, too

    @app.route("/directory")
    @app.route("/api/siemens")
    def search(self, request: Request) -> bytes:
        return self.targets.directory.search(request)

    @app.route("/phonebook.xml")
    @app.route("/device/phonebook.xml")
    def phonebook(self, request: Request) -> bytes:
        return self.targets.directory.phonebook(request)

    # people

    @app.route("/")
    def start(self, request: Request) -> bytes:
        return self.targets.devices.table(request)

    @app.route("/account/", branch=True)
    def account(self, request: Request) -> IResource:
        return _resource(self.targets.owner)

    @app.route("/admin/", branch=True)
    def admin(self, request: Request) -> IResource:
        return _resource(self.targets.operator)

    @app.route("/static/<name>")
    def static(self, request: Request, name: str) -> bytes:
        return self.targets.static.file(request, name)

    # machines

    @app.route("/health")
    def health(self, request: Request) -> bytes:
        return self.targets.monitoring.health(request)

    @app.route("/metrics")
    def metrics(self, request: Request) -> bytes:
        return self.targets.monitoring.metrics(request)

    @app.route("/description.xml")
    def description(self, request: Request) -> bytes:
        return self.targets.monitoring.description(request)

    # errors

    @app.handle_errors(HTTPException)
    def unrouted(self, request: Any, failure: Failure) -> bytes:
        code = getattr(failure.value, "code", None) or 404
        return sendText(request, "Page not found.", code)

    @app.handle_errors(StoreError)
    def unsettled(self, request: Any, failure: Failure) -> bytes:
        # The store logs its failures itself.
        self.counts["unsettled"] += 1
        return self._fault(request, 503)

    @app.handle_errors(Exception)
    def failed(self, request: Any, failure: Failure) -> bytes:
        self.counts["faults"] += 1
        log.failure("a request failed", failure)
        return self._fault(request, 500)

    def _fault(self, request: Request, code: int) -> bytes:
        """
        Answer with a page of the Info Center, or with a sentence.
        """
        if request.path.startswith(INFO_CENTER):
            return sendPage(request, self.targets.handset.errorPage(request), code)
        return sendText(request, "The server cannot answer now. Try again later.", code)


def _resource(pages: Any) -> IResource:
    resource: IResource = pages.app.resource()
    return resource
