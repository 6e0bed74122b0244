"""
Tests for L{gigasetd.control.verbs.backup}.
"""

from __future__ import annotations

from gigasetd.registry.model import Account, Device
from tests.control.case import ControlCase
from tests.registry.populated import BOX, MAC
from tests.store.values import ACCOUNT, DEVICE


class BackupTests(ControlCase):
    """
    Rows out and in, as the control socket has them.
    """

    async def begin(self, **given) -> dict:
        """
        Begin a restore of accounts.
        """
        kinds = {"account": Account._fields, "device": Device._fields}
        return await self.ask(
            "restore begin", **{"force": True, "kinds": kinds, **given}
        )

    async def rows(self, *rows: list, name: str = "") -> dict:
        """
        Bring rows.
        """
        name = name or (await self.begin())["done"]["name"]
        return await self.ask("restore rows", name=name, rows=rows)

    async def test_full(self) -> None:
        """
        A store with devices in it is not replaced by accident.
        """
        answer = await self.begin(force=False)
        self.assertIn("--force", answer["refused"])

    async def test_unknownKinds(self) -> None:
        """
        What a later version has added is refused before anything happens.
        """
        for kinds in ({"ghost": ["a"]}, {"account": ["soul"]}, [], {"account": 1}):
            self.assertIn("refused", await self.begin(kinds=kinds))

    async def test_badRows(self) -> None:
        """
        A row that is none is refused with its kind named.
        """
        good = ["device", *DEVICE]
        for row in (
            [],
            7,
            ["ghost"],
            good[:-1],
            ["device", 5, *good[2:]],
            [*good[:-1], True],
            [*good[:-1], "soon"],
        ):
            self.assertIn("refused", await self.rows(row), row)
        self.assertIn("done", await self.rows(good, [*good[:-1], 5]))

    async def test_foreignKey(self) -> None:
        """
        Passwords that were sealed under a key nobody has are refused: the
        next start could not open them.
        """
        sealed = BOX.seal("secret", "999")
        row = ["account", *ACCOUNT._replace(number="999", password=sealed)]
        self.assertIn("done", await self.rows(row))
        broken = ["account", *ACCOUNT._replace(number="998", password=sealed)]
        self.assertIn("key file", (await self.rows(broken))["refused"])

    async def test_overtaken(self) -> None:
        """
        Of two at a time the later counts, and the earlier is told so.
        """
        first = (await self.begin())["done"]["name"]
        second = (await self.begin())["done"]["name"]
        self.assertIn("refused", await self.rows(name=first))
        answer = await self.ask("restore commit", name=second, rows=1)
        self.assertIn("refused", answer)
        self.assertIn(MAC, self.registry.devices)
        answer = await self.ask("restore commit", name=second, rows=0)
        self.assertEqual(answer["done"], {"restored": 0})
        self.assertEqual(self.registry.everything(), [])

    async def test_fullDisk(self) -> None:
        """
        A disk that fills up on the way is said.
        """
        name = (await self.begin())["done"]["name"]
        self.disk.broken = True
        answer = await self.ask("restore commit", name=name, rows=0)
        self.assertIn("full", answer["failed"])
