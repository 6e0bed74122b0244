# -*- test-case-name: tests.keys.test_keyfile -*-
"""
The file with the keys that stored passwords are sealed under.

It has one key a line, 64 hexadecimal digits, the newest first.  There is one
as a rule; while passwords are being sealed anew, there are two.

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
"""Bytes of a file that is looked at."""


class KeyFile:
    """
    @ivar path: the file.
    @ivar lent: whether systemd lends it (a credential): then it is not ours
        to write.
    """

    def __init__(self, path: Path, lent: bool = False) -> None:
        self.path = path
        self.lent = lent

    def read(self) -> tuple[bytes, ...]:
        """
        The keys, newest first; none where there is no file.

        @raise StoreError: it cannot be read, others can read it too, or it
            holds something else.
        """
        try:
            with self.path.open("rb") as file:
                self._guarded(os.fstat(file.fileno()).st_mode)
                data = file.read(LONGEST + 1)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._fault(error.strerror or str(error)) from None
        return self._parse(data)

    def _guarded(self, mode: int) -> None:
        """
        Insist that nobody else can read or change the file; systemd answers
        for its own, whose mode shows an access list as group rights.
        """
        bits = stat.S_IMODE(mode)
        if bits & 0o077 and not self.lent:
            raise self._fault(
                f"others may open it (mode {bits:04o}), allowed is {PRIVATE:04o}: "
                f"chmod {PRIVATE:o} {self.path}"
            )

    def _parse(self, data: bytes) -> tuple[bytes, ...]:
        """
        The keys in a file's text.
        """
        keys = [_key(line) for line in data.split()]
        whole = tuple(key for key in keys if key is not None)
        if len(data) > LONGEST or not keys or len(whole) < len(keys):
            raise self._fault(
                f"found something else, allowed are lines of {2 * KEY} hexadecimal "
                "digits, the newest key first: put back a copy of the file"
            )
        return whole

    def write(self, keys: Sequence[bytes]) -> None:
        """
        Put C{keys} in the place of what the file holds, all or nothing, and
        on the disk itself.

        @raise StoreError: that failed; the file is as it was, or new.
        """
        text = "".join(f"{key.hex()}\n" for key in keys)
        try:
            with replaced(self.path) as file:
                file.write(text.encode("ascii"))
        except OSError as error:
            raise self._fault(error.strerror or str(error)) from None

    def create(self, key: bytes) -> None:
        """
        Make the file.

        @raise StoreError: that failed, or there is one now.
        """
        if self.path.exists():
            raise self._fault("somebody has made it meanwhile")
        self.write([key])

    def _fault(self, why: str) -> StoreError:
        """
        What to tell the operator.
        """
        return StoreError(f"store.key_file: {self.path}: {why}")


def keyFile(name: Path, stateDir: Path, environ: Mapping[str, str]) -> KeyFile:
    """
    Where the keys are: a relative name is one of systemd's credentials first
    (systemd.exec(5)), then a file in the state directory.
    """
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if folder and not name.is_absolute() and (Path(folder) / name).is_file():
        return KeyFile(Path(folder) / name, lent=True)
    return KeyFile(stateDir / name)


def _key(line: bytes) -> bytes | None:
    """
    The key in a line, if there is one.
    """
    try:
        key = bytes.fromhex(line.decode("ascii"))
    except ValueError:
        return None
    return key if len(key) == KEY else None
