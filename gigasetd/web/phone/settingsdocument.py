# -*- test-case-name: tests.web.phone.test_settingsdocument -*-
"""
A phone's settings document, made of the registry, the operator's templates and
the firmware on offer.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.logger import Logger

from gigasetd.devices.models import Family
from gigasetd.keys.sealing import VaultError
from gigasetd.provisioning.firmwarefiles import FirmwareDirectory
from gigasetd.provisioning.firmwareoffers import installable, modelOf, updates
from gigasetd.provisioning.rendering import SettingsTemplates
from gigasetd.provisioning.updateserver import ServerAddress, settings
from gigasetd.provisioning.values import Values, merged, versionOf
from gigasetd.registry.model import Account, Device
from gigasetd.registry.registry import Registry

log = Logger()


class SettingsDocuments:
    """
    @ivar shelf: the operator's firmware files.
    @ivar place: returns where phones reach this server.
    """

    def __init__(
        self,
        registry: Registry,
        templates: SettingsTemplates,
        shelf: FirmwareDirectory,
        place: Callable[[], ServerAddress],
        opened: Callable[[Account], str],
    ) -> None:
        """
        @param opened: returns an account's password; raises L{VaultError}.
        """
        self.shelf = shelf
        self.place = place
        self._registry = registry
        self._templates = templates
        self._opened = opened

    def render(self, device: Device, family: Family, nvm: bool) -> bytes:
        """
        Render a device's settings.

        @param nvm: render the nvm form, whatever the family takes.
        @raise RenderingError: the operator's templates are invalid.
        """
        account = self._registry.accounts.get(device.number)
        values = self._values(device, family, self._password(account))
        return self._document(family, values, nvm)

    def preview(self, device: Device, password: str, nvm: bool) -> bytes:
        """
        Render a device's settings with C{password} in place of the real one.

        @raise RenderingError: as L{render}.
        """
        family = modelOf(self._registry, device.mac)[0]
        return self._document(family, self._values(device, family, password), nvm)

    def common(self) -> Values:
        """
        Return the operator's values that hold for all phones.

        @raise RenderingError: as L{render}.
        """
        return merged(self._templates.layers("other", ""))

    def _document(self, family: Family, values: Values, nvm: bool) -> bytes:
        if nvm or family.nvm:
            name = f"{family.name}.xml" if family.nvm else "nvm.xml"
            return self._templates.render([name, "nvm.xml"], values, "utf-8")
        names = [f"{family.name}.xml", "frame.xml"]
        # A phone takes a ProviderFrame only when its version is new: the
        # version is a hash of the document without it.
        unversioned = self._frame(names, {**values, "version": ""})
        return self._frame(names, {**values, "version": versionOf(unversioned)})

    def _frame(self, names: list[str], values: Values) -> bytes:
        return self._templates.render(names, values, "iso-8859-1")

    def _values(self, device: Device, family: Family, password: str) -> Values:
        registry, mac = self._registry, device.mac
        newest = updates(registry, self.shelf.stock(), mac)
        builtin = settings(
            device,
            registry.accounts.get(device.number),
            password,
            self.place(),
            family,
            installable(registry, newest, mac),
        )
        return merged((builtin, *self._templates.layers(family.name, mac)))

    def _password(self, account: Account | None) -> str:
        # A phone with a factory log-in must keep its factory password.
        if account is None or account.login == "factory":
            return ""
        try:
            return self._opened(account)
        except VaultError:
            log.error(
                "settings are sent without a password: the stored one cannot be "
                "decrypted"
            )
            return ""
