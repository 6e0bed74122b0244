"""
Tests for L{gigasetd.cli.backupfile}, by the command.
"""

from __future__ import annotations

import json

from gigasetd.registry.model import Binding
from tests.cli.case import CtlCase
from tests.registry.populated import BOX, NUMBER, OTHER, report
from tests.store.values import ACCOUNT, BINDING


class FileTests(CtlCase):
    """
    C{gigasetctl backup} and C{gigasetctl restore}.
    """

    async def test_thereAndBack(self):
        """
        What a backup holds comes back, and nothing that came later stays.
        """
        self.registry.put(report(OTHER))
        evil = BINDING._replace(
            number=NUMBER, key="\0\ud800\n", q=float("inf"), expires=4e9
        )
        self.registry.bind(NUMBER, (evil,))
        before = self.registry.everything()
        ended = await self.ctl("--json", "backup", "copy")
        self.assertEqual((ended.status, ended.err), (0, ""))
        self.assertEqual(ended.document["rows"], len(before))
        copy = self.folder / "copy"
        self.assertEqual(copy.stat().st_mode & 0o777, 0o600)
        self.assertEqual(list(self.folder.glob(".*part")), [])
        for value in before:
            if not isinstance(value, Binding):
                self.registry.drop(value)
        self.registry.bind(NUMBER, ())
        self.registry.put(ACCOUNT._replace(number="777", password=""))
        self.assertIn("--force", await self.refused("restore", "copy"))
        ended = await self.ctl("restore", "copy", "--force")
        self.assertEqual((ended.status, ended.err), (0, ""))
        self.assertCountEqual(self.registry.everything(), before)

    async def test_private(self):
        """
        No password stands in a backup in clear.
        """
        await self.ctl("backup", "copy")
        text = (self.folder / "copy").read_text()
        (account,) = self.registry.accounts.values()
        self.assertIn(account.password, text)
        self.assertNotIn(BOX.open(account), text)

    async def test_damaged(self):
        """
        A file that was cut off anywhere, or is something else, changes
        nothing and is refused in one line.
        """
        await self.ctl("backup", "copy")
        copy = self.folder / "copy"
        whole = copy.read_bytes()
        lines = whole.splitlines(keepends=True)
        before = self.registry.everything()
        for damaged in (
            b"",
            b"\xff\xfe",
            whole[:-1000],
            b"".join(lines[:-1]),
            b"".join(lines[:1] + lines[2:]),
            b"".join([lines[0].replace(b'"format":1', b'"format":2'), *lines[1:]]),
            b"".join([lines[0], b"garbage\n", *lines[2:]]),
            json.dumps({"gigasetd": "backup"}).encode(),
        ):
            copy.write_bytes(damaged)
            await self.refused("restore", "copy", "--force")
        self.assertEqual(self.registry.everything(), before)

    async def test_noFile(self):
        """
        A file that cannot be read or written is named.
        """
        self.assertIn("nowhere", await self.refused("restore", "nowhere"))
        self.assertIn("No such", await self.refused("backup", "no/where"))
        for folder in ("/", ".", ".."):
            self.assertIn("directory", await self.refused("backup", folder))

    async def test_sharedFolder(self):
        """
        Where other users may exchange the file, no backup is written.
        """
        shared = self.folder / "shared"
        shared.mkdir()
        shared.chmod(0o777)
        self.assertIn("chmod go-w", await self.refused("backup", "shared/copy"))
        self.assertEqual(list(shared.iterdir()), [])
