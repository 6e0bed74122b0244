"""
Tests of L{gigasetd.process.program}.
"""

from __future__ import annotations

import os
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.process.program import folderOffPath


class FolderTests(SynchronousTestCase):
    """
    Advice names the folder of a command only where that is needed.
    """

    def setUp(self) -> None:
        """
        Install a command beside an interpreter.
        """
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()
        self.command = self.folder / "some-command"
        self.command.touch(0o755)
        self.interpreter = str(self.folder / "python")

    def test_offPath(self) -> None:
        """
        In a virtual environment that is not activated it is the folder.
        """
        found = folderOffPath("some-command", self.interpreter)
        self.assertEqual(found, str(self.folder))

    def test_onPath(self) -> None:
        """
        The shell finds it by itself.
        """
        self.patch(os, "environ", {**os.environ, "PATH": str(self.folder)})
        self.assertEqual(folderOffPath("some-command", self.interpreter), "")

    def test_missing(self) -> None:
        """
        A command that is not installed has no folder.
        """
        self.command.unlink()
        self.assertEqual(folderOffPath("some-command", self.interpreter), "")
