# -*- test-case-name: tests.provisioning.test_firmwarefiles -*-
"""
The operator's directory of firmware and language files.

A requested name is looked up in a list of the files; it is never made a path,
so that no request leads outside the directory.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from gigasetd.devices.firmware import PATH, FirmwareImage, ServedFile, firmwareImages

MOST = 10000  #: files that are listed at most
FRESH = 5.0  #: seconds that a list is used


class OpenFile(NamedTuple):
    """
    A file that can be read.
    """

    file: BinaryIO
    size: int  #: bytes
    changed: float  #: last modification, epoch seconds


class FirmwareDirectory:
    """
    The files, listed again every L{FRESH} seconds.

    @ivar directory: where the files are; it need not exist.
    @ivar counts: files served, and files refused that lie outside.
    """

    def __init__(self, directory: Path, seconds: Callable[[], float]) -> None:
        self.directory = directory
        self.counts = {"files": 0, "files_outside": 0}
        self._seconds = seconds
        self._listed = float("-inf")
        self._files: dict[str, ServedFile] = {}
        self._stock: list[FirmwareImage] = []

    def stock(self) -> Sequence[FirmwareImage]:
        """
        Return the firmwares in the directory.
        """
        self._refresh()
        return self._stock

    def find(self, path: str) -> ServedFile | None:
        """
        Return the file of that name, with slashes; C{None} for none.
        """
        self._refresh()
        return self._files.get(path)

    def open(self, file: ServedFile) -> OpenFile | None:
        """
        Open a file that L{find} returned, C{None} where it cannot be read.
        """
        real = self._real(file.path)
        if real is None:
            return None
        try:
            number = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return None
        status = os.fstat(number)
        if not stat.S_ISREG(status.st_mode):
            os.close(number)
            return None
        self.counts["files"] += 1
        return OpenFile(os.fdopen(number, "rb"), status.st_size, status.st_mtime)

    def _real(self, name: str) -> Path | None:
        # C{None} where a symbolic link leads outside the directory.
        try:
            root = self.directory.resolve(strict=True)
            real = (root / name).resolve(strict=True)
        except (OSError, RuntimeError):
            return None
        if real.is_relative_to(root):
            return real
        self.counts["files_outside"] += 1
        return None

    def _refresh(self) -> None:
        if self._seconds() - self._listed < FRESH:
            return
        self._listed = self._seconds()
        self._files = {file.path: file for file in self._list()}
        self._stock = firmwareImages(self._files.values())

    def _list(self) -> Iterator[ServedFile]:
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
        # C{None} where it is no file that may be served.
        real = self._real(path) if PATH.fullmatch(path) else None
        try:
            status = real.stat() if real else None
        except OSError:
            return None
        if status is None or not stat.S_ISREG(status.st_mode):
            return None
        return ServedFile(path, status.st_size)
