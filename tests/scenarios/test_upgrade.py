# -*- test-case-name: tests.scenarios.test_upgrade -*-
"""
Scenario: a new release starts in the state directory of release 0.1.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.scenarios.case import ScenarioCase
from tests.store.test_upgrade import PASSWORDS, RELEASE, copyState, loadSQLite


class UpgradeTests(ScenarioCase):
    """
    An operator installs the new release over 0.1.
    """

    def _makeDirectory(self) -> Path:
        directory = super()._makeDirectory()
        copyState(RELEASE / "sqlite", directory / "state")
        loadSQLite(directory / "state")
        return directory

    async def test_devices(self) -> None:
        """
        The devices are there with their passwords, after a restart too.
        """
        for _ in range(2):
            devices = await self.daemon.ctl("device", "list")
            self.assertEqual({device["number"] for device in devices}, {*PASSWORDS})
            for number, password in PASSWORDS.items():
                export = await self.daemon.ctl("device", "export", number)
                self.assertEqual(export["account"].get("password", ""), password)
            await self.daemon.restart()

    async def test_backup(self) -> None:
        """
        A backup file of 0.1 can be restored.
        """
        file = shutil.copy(RELEASE / "postgres/backup.json", self.directory)
        restored = await self.daemon.ctl("restore", "--force", str(file))
        self.assertEqual(restored, {"restored": 32})
        devices = await self.daemon.ctl("device", "list")
        self.assertEqual({device["number"] for device in devices}, {*PASSWORDS})
