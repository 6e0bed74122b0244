# -*- test-case-name: tests.store.test_atomicfile -*-
"""
Private files that appear whole or not at all, and survive a power cut.

Layer 3 (I/O).
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from gigasetd.process.ownfolder import checkUnshared

PRIVATE = 0o600
"""The mode of the files: their owner's alone."""


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """
    Write a file that takes the place of C{path} when the block ends.

    It is on the disk then, under its name.  Where the block or the disk fails,
    C{path} stays as it was.

    @raise OSError: it cannot be written, or other users could exchange it.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    checkUnshared(path.parent, sticky=True)
    draft = path.with_name(f"{path.name}.new")
    _remove(draft)
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(draft, flags, PRIVATE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    sync(path.parent)


def _remove(draft: Path) -> None:
    # A crash may have left one, with whatever mode.
    try:
        draft.unlink(missing_ok=True)
    except PermissionError as error:
        raise PermissionError(
            error.errno,
            f"{draft} is in the way and cannot be removed (it belongs to another "
            "user?): choose another name or folder",
        ) from None


def sync(path: Path) -> None:
    """
    Wait until a file's data, or the names in a folder, are on the disk.

    @raise OSError: there is none, or the disk fails.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some file systems of a network (CIFS) have no fsync for folders.
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)
