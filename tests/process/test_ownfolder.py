"""
Tests of L{gigasetd.process.ownfolder}.
"""

from __future__ import annotations

import os
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.process.ownfolder import checkOwned, checkUnshared


class FolderTests(SynchronousTestCase):
    """
    L{checkUnshared} and L{checkOwned}.
    """

    def setUp(self) -> None:
        """
        Make a folder.
        """
        self.folder = Path(self.mktemp())
        self.folder.mkdir()

    def test_unshared(self) -> None:
        """
        A folder is refused when its group or others may write to it; where each
        user renames his own files only, the caller decides.
        """
        for mode, private, plain in (
            (0o700, True, True),
            (0o755, True, True),
            (0o775, False, False),
            (0o777, False, False),
            (0o702, False, False),
            (0o1777, True, False),
        ):
            self.folder.chmod(mode)
            for sticky, allowed in ((True, private), (False, plain)):
                if allowed:
                    checkUnshared(self.folder, sticky)
                    continue
                error = self.assertRaises(
                    PermissionError, checkUnshared, self.folder, sticky
                )
                self.assertIn(f"(mode {mode:04o})", error.strerror)
                self.assertIn(f"chmod go-w {self.folder}", error.strerror)

    def test_owned(self) -> None:
        """
        A folder of another user is refused, one of root is not.
        """
        checkOwned(self.folder)
        checkOwned(Path("/"))
        mine = os.stat(self.folder)
        theirs = os.stat_result((*mine[:4], mine.st_uid + 7, *mine[5:10]))
        self.patch(os, "stat", lambda path: theirs)
        error = self.assertRaises(PermissionError, checkOwned, self.folder)
        self.assertIn(f"belongs to the user {theirs.st_uid}", error.strerror)
        self.assertIn(f"chown {os.geteuid()} {self.folder}", error.strerror)

    def test_missing(self) -> None:
        """
        No folder at all is an error, too.
        """
        for check in (checkOwned, checkUnshared):
            self.assertRaises(FileNotFoundError, check, self.folder / "none")
