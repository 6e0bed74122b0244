"""
Tests of L{gigasetd.web.phone.settingsdocument}.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.devices.models import familyOf
from gigasetd.keys.sealing import VaultError
from gigasetd.provisioning.firmwarefiles import FirmwareDirectory
from gigasetd.provisioning.rendering import RenderingError, SettingsTemplates
from gigasetd.provisioning.updateserver import ServerAddress
from gigasetd.registry.model import Account
from gigasetd.web.phone.settingsdocument import SettingsDocuments
from tests.registry.populated import BOX, MAC, NOW, NUMBER, PASSWORD, inhabited

ADDRESS = ServerAddress("example.net", "192.0.2.1", "http://192.0.2.1", 5060, 120)
FRAME, NVM = familyOf("N510 IP PRO"), familyOf("N870 IP PRO")


def lost(account: Account) -> str:
    """
    A password that was sealed under another key.
    """
    raise VaultError("another key")


class SettingsDocumentTests(SynchronousTestCase):
    """
    L{SettingsDocuments}.
    """

    def setUp(self) -> None:
        """
        A device with an account, and an empty directory of the operator's.
        """
        self.registry = inhabited()
        self.device = self.registry.devices[MAC]
        self.templates = Path(self.mktemp())
        self.templates.mkdir()

    def documents(self, opened: Any = BOX.open) -> SettingsDocuments:
        """
        The documents, with this way to passwords.
        """
        shelf = FirmwareDirectory(self.templates / "none", lambda: NOW)
        templates = SettingsTemplates(self.templates)
        return SettingsDocuments(
            self.registry, templates, shelf, lambda: ADDRESS, opened
        )

    def version(self) -> str:
        """
        The version of the ProviderFrame.
        """
        text = self.documents().render(self.device, FRAME, False).decode("latin-1")
        match = re.search(r'<VERSION value="(\d{10})"', text)
        assert match, text[:500]
        return match[1]

    def test_form(self) -> None:
        """
        The family says the form; the nvm form can be had by every family.
        """
        documents = self.documents()
        for family, nvm, form in (
            (FRAME, False, b'encoding="ISO-8859-1"'),
            (FRAME, True, b'<provisioning version="1.1"'),
            (NVM, False, b'<provisioning version="1.1"'),
        ):
            self.assertIn(form, documents.render(self.device, family, nvm))

    def test_version(self) -> None:
        """
        The version changes with the content, and only with it.
        """
        first = self.version()
        self.assertEqual(self.version(), first)
        account = self.registry.accounts[NUMBER]
        self.registry.put(account._replace(nickname="Berta"))
        self.assertNotEqual(self.version(), first)

    def test_password(self) -> None:
        """
        The password is in the settings; a preview has another one in its place.
        """
        documents = self.documents()
        for nvm in (False, True):
            self.assertIn(PASSWORD.encode(), documents.render(self.device, FRAME, nvm))
            preview = documents.preview(self.device, "(hidden)", nvm)
            self.assertIn(b"(hidden)", preview)
            self.assertNotIn(PASSWORD.encode(), preview)

    def test_factory(self) -> None:
        """
        A phone with a factory log-in keeps its factory password.
        """
        account = self.registry.accounts[NUMBER]
        self.registry.put(account._replace(login="factory"))
        document = self.documents().render(self.device, FRAME, True)
        self.assertNotIn(PASSWORD.encode(), document)
        self.assertNotIn(b"SipAccount", document)

    def test_undecryptable(self) -> None:
        """
        Without the key to a password the rest of the settings is sent.
        """
        document = self.documents(lost).render(self.device, FRAME, True)
        self.assertIn(b"http://192.0.2.1", document)
        self.assertNotIn(b"SipAccount", document)

    def test_operator(self) -> None:
        """
        The operator's values for a site win over those for all phones; those
        for a model are not common to all.
        """
        for name, text in (
            ("defaults", 'number = "1"\nproduct = "a"'),
            ("model-n510", 'family = "b"'),
            ("site", 'product = "c"'),
        ):
            (self.templates / f"{name}.toml").write_text(text)
        self.assertEqual(self.documents().common(), {"number": "1", "product": "c"})

    def test_invalid(self) -> None:
        """
        A file of values that cannot be read stops all, and is named.
        """
        (self.templates / f"{MAC}.toml").write_text("no TOML")
        documents = self.documents()
        error = self.assertRaises(
            RenderingError, documents.render, self.device, FRAME, False
        )
        self.assertIn(f"{MAC}.toml", str(error))
        self.assertEqual(documents.common(), {})
