# -*- test-case-name: tests.keys.test_keyfile -*-
"""
The key file, whose keys encrypt the stored passwords.

It has one key in each line, 64 hexadecimal digits, the newest first.  Mostly
there is one key; during a rotation there are two.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from gigasetd.errors import StoreError
from gigasetd.keys.sealing import KEY
from gigasetd.store.atomicfile import PRIVATE, replaced

LONGEST = 4096
"""Bytes of a key file; a longer one is no key file."""


class KeyFile:
    """
    Reads and writes the key file.

    @ivar path: the file.
    @ivar lent: whether it is a credential of systemd, which is not written.
    """

    def __init__(self, path: Path, lent: bool = False) -> None:
        self.path = path
        self.lent = lent

    def read(self) -> tuple[bytes, ...]:
        """
        Read the keys.

        @return: newest first; empty where there is no file.
        @raise StoreError: the file cannot be read, other users may open it, or
            it holds something else.
        """
        try:
            with self.path.open("rb") as file:
                self._checkMode(os.fstat(file.fileno()).st_mode)
                data = file.read(LONGEST + 1)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._fault(error.strerror or str(error)) from None
        return self._parse(data)

    def _checkMode(self, mode: int) -> None:
        # systemd protects its credentials, and shows their access list as group
        # rights.
        bits = stat.S_IMODE(mode)
        if bits & 0o077 and not self.lent:
            raise self._fault(
                f"other users may open it (mode {bits:04o}), allowed is "
                f"{PRIVATE:04o}: chmod {PRIVATE:o} {self.path}"
            )

    def _parse(self, data: bytes) -> tuple[bytes, ...]:
        keys = [_key(line) for line in data.split()]
        valid = tuple(key for key in keys if key is not None)
        if len(data) > LONGEST or not keys or len(valid) < len(keys):
            raise self._fault(
                f"found no valid key, allowed are lines of {2 * KEY} hexadecimal "
                "digits, the newest key first: restore a copy of the file"
            )
        return valid

    def write(self, keys: Sequence[bytes]) -> None:
        """
        Replace the keys in the file, atomically and durably.

        @param keys: newest first.
        @raise StoreError: that failed; the file is either the old or the new
            one.
        """
        text = "".join(f"{key.hex()}\n" for key in keys)
        try:
            with replaced(self.path) as file:
                file.write(text.encode("ascii"))
        except OSError as error:
            raise self._fault(error.strerror or str(error)) from None

    def create(self, key: bytes) -> None:
        """
        Create the file.

        @raise StoreError: that failed, or the file exists.
        """
        if self.path.exists():
            raise self._fault("another process has created it meanwhile")
        self.write([key])

    def _fault(self, why: str) -> StoreError:
        return StoreError(f"store.key_file: {self.path}: {why}")


def keyFile(name: Path, stateDir: Path, environ: Mapping[str, str]) -> KeyFile:
    """
    Locate the key file.

    @param name: C{store.key_file}.  A relative name is looked up among
        systemd's credentials (systemd.exec(5)), then in the state directory.
    """
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if folder and not name.is_absolute() and (Path(folder) / name).is_file():
        return KeyFile(Path(folder) / name, lent=True)
    return KeyFile(stateDir / name)


def _key(line: bytes) -> bytes | None:
    try:
        key = bytes.fromhex(line.decode("ascii"))
    except ValueError:
        return None
    return key if len(key) == KEY else None
