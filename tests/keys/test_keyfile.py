"""
Tests for L{gigasetd.keys.keyfile}.
"""

from __future__ import annotations

import os
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.errors import StoreError
from gigasetd.keys.keyfile import KeyFile, keyFile
from gigasetd.keys.sealing import KEY

ONE, OTHER = b"\x01" * KEY, b"\xff" * KEY


class KeyFileCase(SynchronousTestCase):
    """
    A folder for a key file.
    """

    def setUp(self) -> None:
        """
        Make it.
        """
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.file = KeyFile(self.folder / "secret.key")

    def put(self, data: bytes, mode: int = 0o600) -> None:
        """
        Somebody else's file.
        """
        self.file.path.write_bytes(data)
        self.file.path.chmod(mode)

    def refused(self) -> str:
        """
        Check that the file is refused with one line that names it.
        """
        text = str(self.assertRaises(StoreError, self.file.read))
        self.assertTrue(text.startswith(f"store.key_file: {self.file.path}: "), text)
        self.assertNotIn("\n", text)
        return text


class ReadTests(KeyFileCase):
    """
    Which files are taken.
    """

    def test_missing(self) -> None:
        """
        No file is no fault: there may be nothing to open yet.
        """
        self.assertEqual(self.file.read(), ())

    def test_written(self) -> None:
        """
        What was written is read, the newest key first; only its owner can.
        """
        self.file.write([ONE, OTHER])
        self.assertEqual(self.file.read(), (ONE, OTHER))
        self.assertEqual(self.file.path.stat().st_mode & 0o7777, 0o600)
        self.assertEqual(os.listdir(self.folder), ["secret.key"])

    def test_byHand(self) -> None:
        """
        Other line ends, blank lines and capitals are no fault.
        """
        self.put(f"\n{OTHER.hex().upper()}\r\n\r\n{ONE.hex()}".encode(), 0o400)
        self.assertEqual(self.file.read(), (OTHER, ONE))

    def test_mode(self) -> None:
        """
        A file that others can read or write is refused, with the command
        that mends it.
        """
        for mode in (0o640, 0o604, 0o620, 0o601, 0o777):
            self.put(ONE.hex().encode(), mode)
            self.assertIn(f"chmod 600 {self.file.path}", self.refused())

    def test_garbage(self) -> None:
        """
        Anything else is refused, and says what belongs there; what it holds
        is not told.
        """
        good = ONE.hex()
        for text in (
            "",
            "\n \n",
            good[:-1],
            good[:-2],
            good + "00",
            good[:-1] + "g",
            good + " x",
            "\u0661" * 64,
            f"{good}\n" * 100,
        ):
            self.put(text.encode())
            told = self.refused()
            self.assertIn("64 hexadecimal digits", told)
            self.assertNotIn(good[:-2], told)
        self.put(b"\xff\0" * 32)
        self.assertIn("64 hexadecimal digits", self.refused())

    def test_noFile(self) -> None:
        """
        A folder in its place is refused.
        """
        self.file.path.mkdir()
        self.assertIn("Is a directory", self.refused())


class WriteTests(KeyFileCase):
    """
    All or nothing.
    """

    def test_leftOver(self) -> None:
        """
        What a crash has left beside the file is in nobody's way.
        """
        self.file.path.with_name("secret.key.new").write_text("half")
        self.file.write([ONE])
        self.assertEqual(self.file.read(), (ONE,))

    def test_noFolder(self) -> None:
        """
        A folder that is not there is one clear line.
        """
        file = KeyFile(self.folder / "no" / "secret.key")
        error = self.assertRaises(StoreError, file.write, [ONE])
        self.assertIn("No such file or directory", str(error))

    def test_failed(self) -> None:
        """
        A write that fails leaves the old keys.
        """
        self.file.write([ONE])
        self.file.path.with_name("secret.key.new").mkdir()
        self.assertRaises(StoreError, self.file.write, [OTHER])
        self.assertEqual(self.file.read(), (ONE,))

    def test_create(self) -> None:
        """
        A first key never takes the place of another.
        """
        self.file.create(ONE)
        self.assertRaises(StoreError, self.file.create, OTHER)
        self.assertEqual(self.file.read(), (ONE,))


class PlaceTests(KeyFileCase):
    """
    Where the file is looked for.
    """

    def test_stateDir(self) -> None:
        """
        In the state directory, or wherever an absolute path says.
        """
        found = keyFile(Path("secret.key"), self.folder, {})
        self.assertEqual((found.path, found.lent), (self.file.path, False))
        found = keyFile(Path("/etc/a.key"), self.folder, {})
        self.assertEqual(found.path, Path("/etc/a.key"))

    def test_credential(self) -> None:
        """
        A systemd credential of that name comes first, with whatever mode
        systemd gives it; without one of that name it is not asked.
        """
        lent = Path(self.mktemp())
        lent.mkdir()
        environ = {"CREDENTIALS_DIRECTORY": str(lent)}
        name = Path("secret.key")
        self.assertFalse(keyFile(name, self.folder, environ).lent)
        (lent / "secret.key").write_text(ONE.hex())
        (lent / "secret.key").chmod(0o440)
        found = keyFile(name, self.folder, environ)
        self.assertEqual((found.path, found.lent), (lent / "secret.key", True))
        self.assertEqual(found.read(), (ONE,))
