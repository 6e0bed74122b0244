"""
Tests for L{gigasetd.provisioning.firmwarefiles}.
"""

from __future__ import annotations

import os
from pathlib import Path

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.devices.firmware import ServedFile
from gigasetd.provisioning.firmwarefiles import FRESH, FirmwareDirectory


class ShelfTests(SynchronousTestCase):
    """
    The operator's directory.
    """

    def setUp(self) -> None:
        """
        One with a file in it.
        """
        self.state = Path(self.mktemp()).absolute()
        self.directory = self.state / "firmware"
        (self.directory / "42" / "2" / "webuil").mkdir(parents=True)
        self.firmware = self.directory / "42" / "fw258.bin"
        self.firmware.write_bytes(b"abc")
        self.clock = Clock()
        self.shelf = FirmwareDirectory(self.directory, self.clock.seconds)  # type: ignore[no-untyped-call]

    def test_found(self) -> None:
        """
        What lies there is found, opened, and known for what it is.
        """
        (self.directory / "42" / "2" / "webuil" / "02.bin").write_bytes(b"de")
        file = self.shelf.find("42/fw258.bin")
        self.assertEqual(file, ServedFile("42/fw258.bin", 3))
        assert file is not None
        opened = self.shelf.open(file)
        assert opened is not None
        self.assertEqual((opened.file.read(), opened.size), (b"abc", 3))
        opened.file.close()
        self.assertIsNotNone(self.shelf.find("42/2/webuil/02.bin"))
        self.assertEqual([str(one.version) for one in self.shelf.stock()], ["42.258"])

    def test_missing(self) -> None:
        """
        No directory is no fault.
        """
        shelf = FirmwareDirectory(self.state / "none", self.clock.seconds)  # type: ignore[no-untyped-call]
        self.assertIsNone(shelf.find("42/fw258.bin"))
        self.assertEqual(list(shelf.stock()), [])

    def test_outside(self) -> None:
        """
        Links out of the directory, hidden files, directories, pipes and odd
        names are not there; a link within is.
        """
        (self.state / "secret.key").write_bytes(b"KEY")
        here = self.directory / "42"
        (here / "out.bin").symlink_to(self.state / "secret.key")
        (here / "loop.bin").symlink_to(here / "loop.bin")
        (here / "in.bin").symlink_to(self.firmware)
        (here / ".hidden.bin").write_bytes(b"x")
        (here / "a b.bin").write_bytes(b"x")
        (here / "folder.bin").mkdir()
        os.mkfifo(here / "pipe.bin")
        for name in ("out", "loop", ".hidden", "a b", "folder", "pipe"):
            self.assertIsNone(self.shelf.find(f"42/{name}.bin"), name)
        for path in ("../secret.key", "42/../42/fw258.bin", "/etc/passwd", "", "42"):
            self.assertIsNone(self.shelf.find(path), path)
        self.assertIsNotNone(self.shelf.find("42/in.bin"))

    def test_changed(self) -> None:
        """
        A file that became a link since it was listed is not followed out; new
        files are seen soon.
        """
        file = self.shelf.find("42/fw258.bin")
        assert file is not None
        (self.state / "secret.key").write_bytes(b"KEY")
        self.firmware.unlink()
        self.assertIsNone(self.shelf.open(file))
        self.firmware.symlink_to(self.state / "secret.key")
        self.assertIsNone(self.shelf.open(file))
        (self.directory / "42" / "fw263.bin").write_bytes(b"new")
        self.assertIsNone(self.shelf.find("42/fw263.bin"))
        self.clock.advance(FRESH)
        self.assertIsNotNone(self.shelf.find("42/fw263.bin"))
        self.assertEqual(self.shelf.counts["files_outside"], 2)
