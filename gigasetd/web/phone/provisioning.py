# -*- test-case-name: tests.web.phone.test_provisioning -*-
"""
The update and profile server: C{/device/} and C{/MAC.xml}.

Index files, profiles without an account and firmware are public. A phone's own
settings are for clients that L{gigasetd.devices.access} admits, and for its
owner's credentials.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from twisted.logger import Logger
from twisted.web.resource import IResource

from gigasetd.devices.firmware import FirmwareImage, newer
from gigasetd.devices.models import Family, familyAt, familyOf
from gigasetd.devices.useragent import UserAgent, parseUserAgent
from gigasetd.provisioning.firmwareoffers import advertised, modelOf
from gigasetd.provisioning.rendering import RenderingError
from gigasetd.provisioning.updateserver import UpdatePath, index, parsePath
from gigasetd.provisioning.urlformat import BadFormat, checkFormat
from gigasetd.provisioning.values import Values
from gigasetd.web.http.channel import Request
from gigasetd.web.http.digestauth import DigestAuth
from gigasetd.web.http.filebody import FileResource
from gigasetd.web.http.headers import header
from gigasetd.web.http.response import send, sendText
from gigasetd.web.phone.checkin import CheckIns
from gigasetd.web.phone.settingsdocument import SettingsDocuments

BINARY = b"application/octet-stream"
XML = b"text/xml"
MISSING = "There is no such file."

log = Logger()


class Provisioning:
    """
    @ivar counts: requests and refusals, by name; they only grow.
    @ivar documents: the settings documents.
    """

    def __init__(
        self,
        checkIns: CheckIns,
        digestAuth: DigestAuth,
        documents: SettingsDocuments,
        fetched: Callable[[str, float], None],
        reactor: Any,
    ) -> None:
        """
        @param checkIns: records what each request says of its phone.
        @param fetched: called with MAC and time when a phone fetches its
            settings.
        """
        self.counts = dict.fromkeys(
            ("indexes", "settings", "unknown", "missing", "challenged", "unrendered"), 0
        )
        self.documents = documents
        self._checkIns = checkIns
        self._registry = checkIns.registry
        self._clients = checkIns.clients
        self._digestAuth = digestAuth
        self._fetched = fetched
        self._reactor = reactor

    # requests

    def device(self, request: Request) -> bytes | IResource:
        """
        Answer a path below C{/device/}.
        """
        path = request.path.decode("utf-8", "replace").lstrip("/")
        target = parsePath(path.partition("/")[2])
        if target.mac:
            return self.settings(request, target.mac)
        if request.method == b"POST":
            return sendText(request, "This page accepts GET only.", 405)
        agent = self._record(request, "")
        return self._file(target) or self._index(request, target, agent)

    def settings(self, request: Request, mac: str, nvm: bool = False) -> bytes:
        """
        Answer with the settings of device C{mac}.

        @param nvm: in the nvm form, whatever the phone is.
        """
        host, now = self._clients.address(request), self._checkIns.now()
        agent = self._record(request, mac)
        if not self._clients.mayFetch(request, self._registry, mac, now):
            refusal = self._refusal(request, mac, host, now)
            if refusal is not None:
                return refusal
        device = self._registry.devices.get(mac)
        if device is None:
            return self._missing(request, "unknown")
        self.counts["settings"] += 1
        try:
            body = self.documents.render(device, self._family(agent, mac), nvm)
        except RenderingError as error:
            self.counts["unrendered"] += 1
            log.error("cannot render settings: {why}", why=str(error))
            return sendText(request, "These settings cannot be rendered now.", 503)
        if agent.base:
            self._fetched(mac, now)
        return send(request, body, XML)

    def _refusal(
        self, request: Request, mac: str, host: str, now: float
    ) -> bytes | None:
        """
        Refuse clients other than the device's owner.

        @return: the body of the refusal, C{None} for the owner.
        """
        if not self._digestAuth.admits(host, now):
            return sendText(request, "Too many requests.", 429)
        account = self._digestAuth.authenticate(request, host, now)
        if isinstance(account, bytes):
            self.counts["challenged"] += 1
            why = self._clients.refusal(request)
            return sendText(request, why, 401) if why else account
        if self._registry.macs.get(account.number) != mac:
            return self._missing(request, "unknown")
        return None

    # answers

    def _family(self, agent: UserAgent, mac: str) -> Family:
        if agent.base:
            return familyOf(agent.base, agent.firmware)
        return modelOf(self._registry, mac)[0]

    def _file(self, target: UpdatePath) -> IResource | None:
        file = self.documents.shelf.find(target.path)
        opened = self.documents.shelf.open(file) if file else None
        return FileResource(opened, self._reactor) if opened else None

    def _index(self, request: Request, target: UpdatePath, agent: UserAgent) -> bytes:
        codes, info = self._indexValues()
        data = index(target, self._offered(target, agent), codes, info)
        if data is None:
            return self._missing(request, "missing")
        self.counts["indexes"] += 1
        return send(request, data, BINARY)

    def _indexValues(self) -> tuple[Mapping[str, str], str]:
        """
        Return the values of all index files: URL formats by provisioner code,
        and the URL of the Info Center.
        """
        try:
            values = self.documents.common()
        except RenderingError as error:
            self.counts["unrendered"] += 1
            log.error("index files use default values: {why}", why=str(error))
            values = {}
        usual = f"{self.documents.place().base}/info/menu.jsp"
        info = values.get("info") if isinstance(values.get("info"), dict) else {}
        return formats(values), str((info or {}).get("url", usual))[:250]

    def _offered(self, target: UpdatePath, agent: UserAgent) -> FirmwareImage | None:
        # A request without a device's MAC gets the newest firmware of its
        # kind: the phone compares versions and asks its owner by itself.
        family = familyAt(target.variant, target.ident)
        if not target.variant or family.nvm:
            return None
        family = family._replace(variant=int(target.variant), ident=target.ident)
        newest = newer(self.documents.shelf.stock(), family, agent.firmware)
        return advertised(self._registry, newest, agent.mac)

    def _missing(self, request: Request, counter: str) -> bytes:
        self.counts[counter] += 1
        return sendText(request, MISSING, 404)

    def _record(self, request: Request, mac: str) -> UserAgent:
        """
        Record the phone of a request; a C{User-Agent} that names no base
        counts for nothing.
        """
        agent = parseUserAgent(header(request, b"User-Agent"))
        if agent.base and (agent.mac or mac):
            host, now = self._clients.address(request), self._checkIns.now()
            self._checkIns.recordAgent(request, agent.mac or mac, agent, host, now)
        return agent


def formats(values: Values) -> dict[str, str]:
    """
    Return the operator's URL formats by provisioner code, C{""} for the
    default; log and leave out those that no phone could use.
    """
    table = values.get("provisioner")
    if not isinstance(table, dict):
        return {}
    codes = table.get("codes")
    texts = dict(codes) if isinstance(codes, dict) else {}
    texts[""] = table.get("format", "")
    valid: dict[str, str] = {}
    for code, text in texts.items():
        if not text or (code and not (len(code) == 3 and code.isdigit())):
            continue
        try:
            valid[code] = checkFormat(str(text))
        except BadFormat as error:
            name = code or "format"
            log.error("provisioner {name}: {why}", name=name, why=str(error))
    return valid
