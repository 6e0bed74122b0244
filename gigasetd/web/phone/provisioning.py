# -*- test-case-name: tests.web.phone.test_provisioning -*-
"""
The update and profile server: C{/device/} and C{/MAC.xml}.

Index files, profiles without an account, and firmware are for everybody; a
phone's own settings are for whom L{gigasetd.devices.access} lets see them, and
for whom proves to be its owner.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from twisted.logger import Logger
from twisted.web.resource import IResource

from gigasetd.devices.checkin import Facts, report
from gigasetd.devices.firmware import FirmwareImage, newer
from gigasetd.devices.models import Family, familyAt, familyOf
from gigasetd.devices.useragent import UserAgent, parseUserAgent
from gigasetd.keys.sealing import VaultError
from gigasetd.provisioning.firmwarefiles import FirmwareDirectory
from gigasetd.provisioning.firmwareoffers import (
    advertised,
    installable,
    modelOf,
    updates,
)
from gigasetd.provisioning.rendering import RenderingError, SettingsTemplates
from gigasetd.provisioning.updateserver import (
    ServerAddress,
    UpdatePath,
    index,
    parsePath,
    settings,
)
from gigasetd.provisioning.urlformat import BadFormat, checkFormat
from gigasetd.provisioning.values import Values, merged, versionOf
from gigasetd.registry.model import Account, Device
from gigasetd.registry.registry import Registry
from gigasetd.web.http.channel import Request
from gigasetd.web.http.digestauth import DigestAuth
from gigasetd.web.http.filebody import FileResource
from gigasetd.web.http.response import send, sendText
from gigasetd.web.phone.handset import Clients, header

BINARY = b"application/octet-stream"
XML = b"text/xml"
MISSING = "There is no such file."

log = Logger()


class Provisioning:
    """
    @ivar counts: what was asked for, and what was refused.
    """

    def __init__(
        self,
        registry: Registry,
        clients: Clients,
        digestAuth: DigestAuth,
        templates: SettingsTemplates,
        shelf: FirmwareDirectory,
        place: Callable[[], ServerAddress],
        opened: Callable[[Account], str],
        settle: Callable[[], None],
        now: Callable[[], float],
        reactor: Any,
        fetched: Callable[[str, float], None] = lambda mac, now: None,
    ) -> None:
        """
        @param fetched: is told the MAC whose settings a phone fetches, and when.
        @param place: where phones reach this server.
        @param opened: tells an account's password, or raises L{VaultError}.
        """
        self.counts = dict.fromkeys(
            ("indexes", "settings", "unknown", "missing", "challenged", "unrendered"), 0
        )
        self.registry = registry
        self.clients = clients
        self.digestAuth = digestAuth
        self.templates = templates
        self.shelf = shelf
        self.place = place
        self.opened = opened
        self.settle = settle
        self.now = now
        self.reactor = reactor
        self.fetched = fetched

    # what is asked

    def device(self, request: Request) -> bytes | IResource:
        """
        Anything below C{/device/}.
        """
        path = request.path.decode("utf-8", "replace").lstrip("/")
        asked = parsePath(path.partition("/")[2])
        if asked.mac:
            return self.settings(request, asked.mac)
        if request.method == b"POST":
            return sendText(request, "This can only be read.", 405)
        agent = self._note(request, "")
        return self._file(request, asked) or self._index(request, asked, agent)

    def settings(self, request: Request, mac: str, nvm: bool = False) -> bytes:
        """
        One phone's settings.

        @param nvm: in the nvm form, whatever the phone is.
        """
        host, now = self.clients.address(request), self.now()
        agent = self._note(request, mac)
        if not self.clients.mayFetch(self.registry, mac, host, now):
            if not self.digestAuth.admits(host, now):
                return sendText(request, "Too many requests.", 429)
            proven = self.digestAuth.prove(request, host, now)
            if isinstance(proven, bytes):
                self.counts["challenged"] += 1
                return proven
            if self.registry.macs.get(proven.number) != mac:
                return self._missing(request, "unknown")
        device = self.registry.devices.get(mac)
        if device is None:
            return self._missing(request, "unknown")
        try:
            body = self._settings(request, device, self._family(agent, mac), nvm)
        except RenderingError as error:
            self.counts["unrendered"] += 1
            log.error("settings cannot be made: {why}", why=str(error))
            return sendText(request, "These settings cannot be made now.", 503)
        if agent.base:
            self.fetched(mac, now)
        return body

    # how it is answered

    def _settings(
        self, request: Request, device: Device, family: Family, nvm: bool
    ) -> bytes:
        """
        As L{settings}, for one who may have them.
        """
        self.counts["settings"] += 1
        account = self.registry.accounts.get(device.number)
        values = self._values(device, family, self._password(account))
        return send(request, self._document(family, values, nvm), XML)

    def preview(self, device: Device, password: str, nvm: bool) -> bytes:
        """
        What a phone would get now, with this where its password would stand.

        @raise Unrendered: the operator's files are no good.
        """
        family = modelOf(self.registry, device.mac)[0]
        return self._document(family, self._values(device, family, password), nvm)

    def _document(self, family: Family, values: Values, nvm: bool) -> bytes:
        """
        These values in the form that a family takes.
        """
        if nvm or family.nvm:
            name = f"{family.name}.xml" if family.nvm else "nvm.xml"
            return self.templates.render([name, "nvm.xml"], values, "utf-8")
        names = [f"{family.name}.xml", "frame.xml"]
        first = self._frame(names, {**values, "version": ""})
        return self._frame(names, {**values, "version": versionOf(first)})

    def _frame(self, names: list[str], values: Values) -> bytes:
        """
        A ProviderFrame.
        """
        return self.templates.render(names, values, "iso-8859-1")

    def _values(self, device: Device, family: Family, password: str) -> Values:
        """
        All values of one phone's settings.
        """
        registry, mac = self.registry, device.mac
        account = registry.accounts.get(device.number)
        found = updates(registry, self.shelf.stock(), mac)
        known = settings(
            device,
            account,
            password,
            self.place(),
            family,
            installable(registry, found, mac),
        )
        return merged((known, *self.templates.layers(family.name, mac)))

    def _password(self, account: Account | None) -> str:
        """
        An account's password, C{""} where nobody can tell it, and where the
        phone must go on with that of its factory.
        """
        if account is None or account.login == "factory":
            return ""
        try:
            return self.opened(account)
        except VaultError:
            log.error("a stored password cannot be opened, settings go without it")
            return ""

    def _family(self, agent: UserAgent, mac: str) -> Family:
        """
        Which settings a phone takes: by what it says in this request, else by
        what is known of it.
        """
        if agent.base:
            return familyOf(agent.base, agent.firmware)
        return modelOf(self.registry, mac)[0]

    def _file(self, request: Request, asked: UpdatePath) -> IResource | None:
        """
        A file of the operator's, C{None} where there is none.
        """
        file = self.shelf.find(asked.path)
        opened = self.shelf.open(file) if file else None
        return FileResource(opened, self.reactor) if opened else None

    def _index(self, request: Request, asked: UpdatePath, agent: UserAgent) -> bytes:
        """
        A file that we make.
        """
        codes, info = self._configured()
        data = index(asked, self._offered(asked, agent), codes, info)
        if data is None:
            return self._missing(request, "missing")
        self.counts["indexes"] += 1
        return send(request, data, BINARY)

    def _configured(self) -> tuple[Mapping[str, str], str]:
        """
        What everybody is told: URL formats by provisioner code, and the URL of
        the Info Center.
        """
        try:
            values = merged(self.templates.layers("other", ""))
        except RenderingError as error:
            self.counts["unrendered"] += 1
            log.error("the index goes without these: {why}", why=str(error))
            values = {}
        usual = f"{self.place().base}/info/menu.jsp"
        info = values.get("info") if isinstance(values.get("info"), dict) else {}
        return formats(values), str((info or {}).get("url", usual))[:250]

    def _offered(self, asked: UpdatePath, agent: UserAgent) -> FirmwareImage | None:
        """
        The firmware to tell a phone of; where it does not say who it is, the
        newest of its kind, and it compares and asks its owner itself.
        """
        family = familyAt(asked.variant, asked.ident)
        if not asked.variant or family.nvm:
            return None
        family = family._replace(variant=int(asked.variant), ident=asked.ident)
        found = newer(self.shelf.stock(), family, agent.firmware)
        return advertised(self.registry, found, agent.mac)

    def _missing(self, request: Request, why: str) -> bytes:
        """
        There is nothing.
        """
        self.counts[why] += 1
        return sendText(request, MISSING, 404)

    def _note(self, request: Request, mac: str) -> UserAgent:
        """
        Keep what a request tells of the phone; only what says that it is one
        counts.
        """
        agent = parseUserAgent(header(request, b"User-Agent"))
        if agent.base and (agent.mac or mac):
            facts = Facts(
                agent.mac or mac,
                product=agent.base,
                software_version=agent.firmware,
                public_ip=self.clients.address(request),
            )
            report(self.registry, facts, self.now())
            self.settle()
        return agent


def formats(values: Values) -> dict[str, str]:
    """
    The operator's URL formats by code, C{""} for the usual one; what no phone
    could use is left out, and said.
    """
    table = values.get("provisioner")
    if not isinstance(table, dict):
        return {}
    codes = table.get("codes")
    found = dict(codes) if isinstance(codes, dict) else {}
    found[""] = table.get("format", "")
    good: dict[str, str] = {}
    for code, text in found.items():
        if not text or (code and not (len(code) == 3 and code.isdigit())):
            continue
        try:
            good[code] = checkFormat(str(text))
        except BadFormat as error:
            name = code or "format"
            log.error("provisioner {name}: {why}", name=name, why=str(error))
    return good
