# -*- test-case-name: tests.provisioning.test_firmwarefiles -*-
"""
The operator's directory of firmware and language files.

What is served is looked up in a list of what is there; a name from outside is
never made a path.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from gigasetd.devices.firmware import PATH, FirmwareImage, ServedFile, firmwareImages

MOST = 10000  #: files that are listed
FRESH = 5.0  #: seconds that a list is believed


class OpenFile(NamedTuple):
    """
    A file that can be read.
    """

    file: BinaryIO
    size: int  #: bytes
    changed: float  #: when, epoch seconds


class FirmwareDirectory:
    """
    @ivar directory: where the files are; it need not exist.
    @ivar counts: files given out, and such as lie outside.
    """

    def __init__(self, directory: Path, seconds: Callable[[], float]) -> None:
        self.directory = directory
        self.counts = {"files": 0, "files_outside": 0}
        self._seconds = seconds
        self._looked = float("-inf")
        self._files: dict[str, ServedFile] = {}
        self._stock: list[FirmwareImage] = []

    def stock(self) -> Sequence[FirmwareImage]:
        """
        The firmwares that there are.
        """
        self._look()
        return self._stock

    def find(self, path: str) -> ServedFile | None:
        """
        The file of that name, with slashes, if there is one.
        """
        self._look()
        return self._files.get(path)

    def open(self, file: ServedFile) -> OpenFile | None:
        """
        Open a file that L{find} told of, C{None} where it cannot be.
        """
        real = self._real(file.path)
        if real is None:
            return None
        try:
            number = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return None
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode):
            os.close(number)
            return None
        self.counts["files"] += 1
        return OpenFile(os.fdopen(number, "rb"), found.st_size, found.st_mtime)

    def _real(self, name: str) -> Path | None:
        """
        Where a file really is, C{None} where that is outside.
        """
        try:
            root = self.directory.resolve(strict=True)
            real = (root / name).resolve(strict=True)
        except (OSError, RuntimeError):
            return None
        if real.is_relative_to(root):
            return real
        self.counts["files_outside"] += 1
        return None

    def _look(self) -> None:
        """
        List the files again, unless that was just done.
        """
        if self._seconds() - self._looked < FRESH:
            return
        self._looked = self._seconds()
        self._files = {file.path: file for file in self._list()}
        self._stock = firmwareImages(self._files.values())

    def _list(self) -> Iterator[ServedFile]:
        """
        The files whose names may be served.
        """
        left = MOST
        for folder, folders, names in os.walk(self.directory):
            depth = Path(folder).relative_to(self.directory).parts
            folders[:] = [] if len(depth) > 3 else sorted(folders)
            for name in sorted(names):
                file = self._file("/".join((*depth, name)))
                if file is not None:
                    yield file
                left -= 1
                if left <= 0:
                    return

    def _file(self, path: str) -> ServedFile | None:
        """
        One file, C{None} where it is none that may be served.
        """
        real = self._real(path) if PATH.fullmatch(path) else None
        try:
            found = real.stat() if real else None
        except OSError:
            return None
        if found is None or not stat.S_ISREG(found.st_mode):
            return None
        return ServedFile(path, found.st_size)
