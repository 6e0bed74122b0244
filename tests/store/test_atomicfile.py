"""
Tests of L{gigasetd.store.atomicfile}.
"""

from __future__ import annotations

import os
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.store.atomicfile import replaced, sync


class ReplacedTests(SynchronousTestCase):
    """
    L{replaced}.
    """

    def setUp(self) -> None:
        """
        A folder with a file.
        """
        self.path = Path(self.mktemp()) / "file"
        self.path.parent.mkdir()
        self.path.write_bytes(b"old")
        self.path.chmod(0o644)

    def write(self, data: bytes = b"new") -> None:
        """
        Replace the file.
        """
        with replaced(self.path) as file:
            file.write(data)

    def test_whole(self) -> None:
        """
        Readers see the old file until the new one is whole; nothing else is
        left in the folder.
        """
        with replaced(self.path) as file:
            file.write(b"ne")
            file.flush()
            self.assertEqual(self.path.read_bytes(), b"old")
            file.write(b"w")
        self.assertEqual(self.path.read_bytes(), b"new")
        self.assertEqual(os.listdir(self.path.parent), ["file"])

    def test_private(self) -> None:
        """
        Only the owner can read the new file, whoever could read the old one.
        """
        mask = os.umask(0)
        self.addCleanup(os.umask, mask)
        self.write()
        self.assertEqual(self.path.stat().st_mode & 0o7777, 0o600)

    def test_failed(self) -> None:
        """
        A block that fails leaves the old file, and no other.
        """

        def write() -> None:
            with replaced(self.path) as file:
                file.write(b"half")
                raise ZeroDivisionError

        self.assertRaises(ZeroDivisionError, write)
        self.assertEqual(self.path.read_bytes(), b"old")
        self.assertEqual(os.listdir(self.path.parent), ["file"])

    def test_leftOver(self) -> None:
        """
        What a crash has left is replaced, with its mode.
        """
        draft = self.path.with_name("file.new")
        draft.write_bytes(b"a longer half")
        draft.chmod(0o666)
        self.write()
        self.assertEqual(self.path.read_bytes(), b"new")
        self.assertEqual(self.path.stat().st_mode & 0o7777, 0o600)

    def test_unwritable(self) -> None:
        """
        A folder that does not exist is an C{OSError}.
        """
        self.path = self.path.parent / "no" / "file"
        self.assertRaises(FileNotFoundError, self.write)

    def test_inTheWay(self) -> None:
        """
        A folder under the draft's name is an C{OSError}, and stays.
        """
        draft = self.path.with_name("file.new")
        draft.mkdir()
        self.assertRaises(OSError, self.write)
        self.assertTrue(draft.is_dir())
        self.assertEqual(self.path.read_bytes(), b"old")

    def test_links(self) -> None:
        """
        A link that another user has put under the draft's name leads nowhere:
        the data goes into a file of our own.
        """
        victim = self.path.with_name("victim")
        victim.write_bytes(b"untouched")
        draft = self.path.with_name("file.new")
        for link in (draft.symlink_to, draft.hardlink_to):
            link(victim)
            self.write()
            self.assertEqual(victim.read_bytes(), b"untouched")
            self.assertEqual(self.path.read_bytes(), b"new")
            self.assertEqual(self.path.stat().st_nlink, 1)

    def test_sharedFolder(self) -> None:
        """
        In a folder where other users rename our files nothing is written.
        """
        self.path.parent.chmod(0o777)
        error = self.assertRaises(PermissionError, self.write)
        self.assertIn("chmod go-w", error.strerror)
        self.assertEqual(self.path.read_bytes(), b"old")
        self.assertEqual(os.listdir(self.path.parent), ["file"])
        self.path.parent.chmod(0o1777)
        self.write()
        self.assertEqual(self.path.read_bytes(), b"new")

    def test_othersDraft(self) -> None:
        """
        A draft that cannot be removed is named.
        """

        def refuse(path: Path, missing_ok: bool = False) -> None:
            raise PermissionError(1, "Operation not permitted")

        self.patch(Path, "unlink", refuse)
        error = self.assertRaises(PermissionError, self.write)
        self.assertIn("file.new is in the way", error.strerror)

    def test_noName(self) -> None:
        """
        A path without a name is an C{OSError}.
        """
        for path in ("/", "."):
            self.path = Path(path)
            self.assertRaises(IsADirectoryError, self.write)

    def test_synced(self) -> None:
        """
        The data is on the disk before the name, and the name at the end.
        """
        calls: list[str] = []

        def fsync(descriptor: int) -> None:
            name = os.readlink(f"/proc/self/fd/{descriptor}")
            calls.append(Path(name).name)

        self.patch(os, "fsync", fsync)
        self.write()
        self.assertEqual(calls, ["file.new", self.path.parent.name])


class SyncTests(SynchronousTestCase):
    """
    L{sync}.
    """

    def test_missing(self) -> None:
        """
        A file that is gone is an C{OSError}.
        """
        self.assertRaises(FileNotFoundError, sync, Path(self.mktemp()))

    def test_failing(self) -> None:
        """
        A failing disk is an C{OSError}; a file system without fsync for
        folders is none.
        """

        def fail(number: int) -> None:
            def fsync(descriptor: int) -> None:
                raise OSError(number, os.strerror(number))

            self.patch(os, "fsync", fsync)

        fail(22)
        sync(Path("."))
        fail(5)
        self.assertRaises(OSError, sync, Path("."))
