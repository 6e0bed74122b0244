"""
Tests for L{gigasetd.control.verbs.backup}, L{gigasetd.control.backupfile} and
L{gigasetd.registry.replace}.
"""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.journal import Journal
from gigasetd.registry.model import KIND_OF, Account, Binding, Device
from gigasetd.registry.registry import Registry
from gigasetd.registry.replace import replacing
from tests.cli.case import CtlCase
from tests.control.case import ControlCase
from tests.registry.populated import BOX, MAC, NUMBER, OTHER, report
from tests.store.values import ACCOUNT, BINDING, DEVICE

WORDS = some.sampled_from(["1", "2", "3"])
NAMES = some.sampled_from(["", "Anna", "anna", "Tom"])


def accounts() -> some.SearchStrategy[Account]:
    """
    A few accounts that get into each other's way.
    """
    return some.builds(
        lambda number, name, login: ACCOUNT._replace(
            number=number, nickname=name, login=login
        ),
        WORDS,
        NAMES,
        some.sampled_from(["digest", "factory"]),
    )


VALUES = some.one_of(
    accounts(),
    some.builds(lambda m, n: DEVICE._replace(mac=m, number=n), WORDS, WORDS),
    some.builds(
        lambda n, k, c: BINDING._replace(number=n, key=k, cseq=c),
        WORDS,
        WORDS,
        some.integers(0, 2),
    ),
)


def filled(values: list[Account | Device | Binding]) -> Registry:
    """
    A registry that holds these values.
    """
    registry = Registry(Journal())
    taken: set[str] = set()
    for value in {(type(v), v[: KIND_OF[type(v)].width]): v for v in values}.values():
        # As the rules have it: a nickname and a number have one owner.
        owned = value.nickname.casefold() if isinstance(value, Account) else ""
        owned = "of " + value.number if isinstance(value, Device) else owned
        if owned in taken - {""}:
            continue
        taken.add(owned)
        if isinstance(value, Binding):
            others = registry.bindings.get(value.number, ())
            registry.bind(value.number, (*others, value))
        else:
            registry.put(value)
    return registry


class ReplacingTests(SynchronousTestCase):
    """
    Afterwards all is as the backup says, and nothing else.
    """

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        some.lists(VALUES, max_size=8),
        some.lists(VALUES, max_size=8),
        some.integers(1, 9),
    )
    def test_replaced(self, before, after, most) -> None:
        """
        Whatever was there before, in however small steps; each number and
        nickname that has one owner is found.
        """
        registry, wanted = filled(before), filled(after)
        steps = list(replacing(registry, wanted.everything(), most))
        self.assertEqual(steps[-1][0], steps[-1][1])
        self.assertCountEqual(registry.everything(), wanted.everything())
        for number, mac in registry.macs.items():
            self.assertEqual(registry.devices[mac].number, number)
        for name, number in registry.nicknames.items():
            self.assertEqual(registry.accounts[number].nickname.casefold(), name)
        names = [a.nickname.casefold() for a in registry.accounts.values()]
        for name in names:
            if name and names.count(name) == 1:
                self.assertIn(name, registry.nicknames)


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
