# -*- test-case-name: tests.process.test_ownfolder -*-
"""
Folders that only their owner may write to: in any other, another user may put a
file of his in the place of ours.

Layer 3 (I/O).
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

WRITABLE = stat.S_IWGRP | stat.S_IWOTH


def checkUnshared(folder: Path, sticky: bool = False) -> None:
    """
    Check that no other user may write to a folder.

    @param sticky: allow folders such as C{/tmp}, in which each user removes and
        renames his own files only (C{sticky bit}).
    @raise PermissionError: another user may; C{strerror} says what to do.
    @raise OSError: there is no such folder.
    """
    mode = os.stat(folder).st_mode
    if mode & WRITABLE and not (sticky and mode & stat.S_ISVTX):
        raise PermissionError(
            errno.EACCES,
            f"other users may write to the folder {folder} (mode "
            f"{stat.S_IMODE(mode):04o}), allowed is its owner alone: "
            f"chmod go-w {folder}, or choose another folder",
        )


def checkOwned(folder: Path) -> None:
    """
    Check that a folder belongs to this user or to root.

    @raise PermissionError: it does not; C{strerror} says what to do.
    @raise OSError: there is no such folder.
    """
    owner, own = os.stat(folder).st_uid, os.geteuid()
    if owner not in (0, own):
        raise PermissionError(
            errno.EACCES,
            f"the folder {folder} belongs to the user {owner}, allowed is the "
            f"daemon's user {own}: chown {own} {folder}, or choose another folder",
        )
