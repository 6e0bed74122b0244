"""
Tests for L{gigasetd.cli.main}: the real command against the real control socket
and store.
"""

from __future__ import annotations

import os
import sys

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.cli.main import _asCalled
from tests.cli.case import CtlCase
from tests.registry.populated import BOX, MAC, NUMBER, OTHER, PASSWORD, report


class CtlTests(CtlCase):
    """
    The contract of the command line.
    """

    async def test_status(self):
        """
        C{status} is one JSON document, or lines for people; the socket is
        found by any of its ways.
        """
        places = (
            ("--config", str(self.config)),
            ("--socket", str(self.folder / "control.sock")),
        )
        for place in places:
            ended = await self.run_(*place, "--json", "status")
            self.assertEqual((ended.status, ended.err), (0, ""))
            self.assertEqual(ended.document["counts"]["devices"], 1)
            self.assertTrue(ended.document["store"]["ok"])
        env = {"GIGASETD_CONFIG": str(self.config)}
        ended = await self.run_("status", "--json", env=env)
        self.assertEqual(ended.document["counts"]["devices"], 1)
        ended = await self.ctl("status")
        self.assertIn("devices", ended.out)

    async def test_builtIn(self):
        """
        Without configuration the socket is in ./gigasetd-state.
        """
        (self.folder / "gigasetd-state").symlink_to(self.folder)
        ended = await self.run_("status")
        self.assertEqual(ended.status, 0, ended.err)

    async def test_silent(self):
        """
        Where no daemon answers, the exit status is 3 and one line says so.
        """
        ended = await self.run_("--socket", "nowhere.sock", "status")
        self.assertEqual((ended.status, ended.out), (3, ""))
        self.assertEqual(len(ended.err.splitlines()), 1)

    async def test_usage(self):
        """
        Wrong usage has exit status 2.
        """
        for words in (
            (),
            ("fly",),
            ("device",),
            ("device", "add"),
            ("device", "add", "--mac", OTHER, "--password", "x", "--factory"),
            ("service", "disable", NUMBER, "fax"),
            ("status", "--socket", "x"),
            ("status", "--js"),
        ):
            ended = await self.ctl(*words)
            self.assertEqual((ended.status, ended.out), (2, ""), words)

    async def test_addShowRemove(self):
        """
        A device comes, is shown, and goes.
        """
        ended = await self.ctl("--json", "device", "add", "--mac", OTHER)
        self.assertEqual(ended.status, 0, ended.err)
        number = ended.document["number"]
        self.assertTrue(ended.document["password"])
        ended = await self.ctl("--json", "device", "list")
        self.assertEqual({each["mac"] for each in ended.document}, {MAC, OTHER})
        ended = await self.ctl("--json", "device", "show", "7c-2f-80-aa-aa-02")
        self.assertEqual(ended.document["number"], number)
        ended = await self.ctl("--json", "device", "remove", number)
        self.assertEqual(ended.document["mac"], OTHER)
        self.assertIn(OTHER, await self.refused("device", "show", OTHER))

    async def test_durable(self):
        """
        What was told is in the spool file before it is told.
        """
        await self.ctl("device", "add", "--mac", OTHER, "--number", "4711")
        spooled = [
            change
            for change in self.store.spool.replay()
            if change.kind == "account" and change.key == ("4711",)
        ]
        waiting = self.store.flush.state()["pending"]
        self.assertTrue(spooled or not waiting)

    async def test_text(self):
        """
        People get tables, in their own letters.
        """
        ended = await self.ctl("device", "list")
        heading, line = ended.out.splitlines()
        self.assertEqual(heading.split()[:3], ["MAC", "NUMBER", "NICKNAME"])
        self.assertEqual(line.split()[:3], [MAC, NUMBER, "Bärbel"])
        ended = await self.ctl("device", "show", NUMBER, env={"LC_ALL": "POSIX"})
        self.assertEqual(ended.status, 0, ended.err)

    async def test_emptyLists(self):
        """
        Lists with nothing in them are empty lists.
        """
        for words in (("registrations",), ("calls",), ("device", "list", "--guests")):
            ended = await self.ctl("--json", *words)
            self.assertEqual((ended.status, ended.document), (0, []))

    async def test_secretTyped(self):
        """
        A password can be kept out of the process list.
        """
        typed = "grüne Äpfel 5\n".encode()
        ended = await self.ctl("device", "password", NUMBER, "-", typed=typed)
        self.assertEqual((ended.status, ended.err), (0, ""))
        self.assertEqual(BOX.open(self.registry.accounts[NUMBER]), "grüne Äpfel 5")
        await self.ctl(
            "device",
            "add",
            "--mac",
            OTHER,
            "--number",
            "5",
            "--password",
            "-",
            typed=b"-from-stdin-\r\nmore\n",
        )
        self.assertEqual(BOX.open(self.registry.accounts["5"]), "-from-stdin-")

    async def test_badSecret(self):
        """
        An empty password, or one that is no text, is refused.
        """
        for typed in (b"", b"\n", b"x" * 129, b"\xff\xfe\n"):
            await self.refused("device", "password", NUMBER, "-", typed=typed)
        await self.refused("device", "password", NUMBER, "")
        self.assertEqual(BOX.open(self.registry.accounts[NUMBER]), PASSWORD)

    async def test_weakPassword(self):
        """
        A weak password is taken, and warned about on standard error.
        """
        ended = await self.ctl("--json", "device", "password", NUMBER, "abc")
        self.assertEqual(ended.status, 0)
        self.assertIn("weak", ended.err)
        self.assertEqual(ended.document["number"], NUMBER)

    async def test_oddIds(self):
        """
        An ID that nobody has is refused in one line, whatever it is.
        """
        for odd in ("", " ", "\x1b[2J", "ä" * 500, "\udcff", "' OR 1=1", "0"):
            await self.refused("device", "show", "--", odd)
        await self.refused("token", "add", "a:b")

    async def test_refusalAsJson(self):
        """
        With --json a refusal, too, is one document and one line.
        """
        ended = await self.ctl("--json", "device", "show", "99")
        self.assertEqual(ended.status, 1)
        self.assertEqual(list(ended.document), ["error"])
        self.assertEqual(len(ended.err.splitlines()), 1)

    async def test_tokens(self):
        """
        A token with an odd name comes and goes.
        """
        name = "Müllers Skript -1"
        ended = await self.ctl("--json", "token", "add", name)
        self.assertEqual(len(ended.document["token"]), 43)
        ended = await self.ctl("token", "list")
        self.assertIn(name, ended.out)
        ended = await self.ctl("--json", "token", "remove", name)
        self.assertEqual(ended.status, 0)
        self.assertEqual(self.registry.tokens, {})

    async def test_exportErase(self):
        """
        An owner's data can be handed out and forgotten.
        """
        self.registry.put(report(MAC))
        ended = await self.ctl("device", "export", MAC)
        self.assertEqual(ended.document["checkin"]["public_ip"], "203.0.113.9")
        await self.ctl("device", "erase", MAC)
        self.assertEqual(self.registry.checkins[MAC].public_ip, "")
        ended = await self.ctl("--json", "device", "erase", MAC, "--all")
        self.assertEqual((ended.status, self.registry.devices), (0, {}))

    async def test_service(self):
        """
        A service is switched off and on.
        """
        ended = await self.ctl("--json", "service", "disable", NUMBER, "voip")
        self.assertEqual(ended.document["services"], ["messaging", "info"])
        await self.ctl("service", "enable", NUMBER, "voip")
        self.assertEqual(self.registry.accounts[NUMBER].off, "")


class ImportTests(CtlCase):
    """
    C{device import}, from a file to the registry.
    """

    def table(self, data: bytes) -> str:
        """
        Write a file.
        """
        path = self.folder / "täble.csv"
        path.write_bytes(data)
        return str(path)

    async def test_import(self):
        """
        A table is imported; what was generated is told.
        """
        data = f"\ufeffmac,number,nickname\r\n{OTHER},,Zoë\r\n".encode()
        ended = await self.ctl("--json", "device", "import", self.table(data))
        self.assertEqual((ended.status, ended.err), (0, ""))
        (told,) = ended.document["devices"]
        self.assertEqual(ended.document["imported"], 1)
        account = self.registry.accounts[told["number"]]
        self.assertEqual(
            (BOX.open(account), account.nickname), (told["password"], "Zoë")
        )

    async def test_typed(self):
        """
        A table can come from a pipe, and progress does not get in its way.
        """
        typed = ("mac\n" + "".join(f"7C2F81{i:06X}\n" for i in range(3000))).encode()
        ended = await self.ctl("device", "import", "-", typed=typed)
        self.assertEqual((ended.status, ended.err), (0, ""))
        self.assertEqual(len(self.registry.devices), 3001)

    async def test_faults(self):
        """
        Each fault is a line with its line number; nothing is imported.
        """
        name = self.table(f"mac,number\n{OTHER},5\nx,6\n{MAC},7\n".encode())
        ended = await self.ctl("device", "import", name)
        self.assertEqual((ended.status, ended.out), (1, ""))
        first, second = ended.err.splitlines()
        self.assertIn("line 3: 'x' is not a MAC address", first)
        self.assertIn("line 4: ", second)
        self.assertTrue(second.endswith("nothing imported"))
        self.assertEqual(list(self.registry.devices), [MAC])

    async def test_noText(self):
        """
        A file in another encoding is refused with the line that shows it.
        """
        name = self.table(b"mac,nickname\n7C2F80000001,Ann\n7C2F80000002,Zo\xeb\n")
        self.assertIn("line 3: ", await self.refused("device", "import", name))

    async def test_noFile(self):
        """
        A file that cannot be read is refused.
        """
        await self.refused("device", "import", "nowhere.csv")
        await self.refused("device", "import", str(self.folder))

    async def test_tooLarge(self):
        """
        A table beyond all bounds is refused before it is sent.
        """
        name = self.table(b"x" * (17 << 20))
        self.assertIn("16 MiB", await self.refused("device", "import", name))


class AdviceTests(SynchronousTestCase):
    """
    Advice can be typed as it stands.
    """

    def test_offPath(self):
        """
        Where the shell would not find gigasetctl, it is named as it was called.
        """
        self.patch(os, "environ", {**os.environ, "PATH": self.mktemp()})
        advice = "run `gigasetctl check dns`"
        for called, expected in (
            (".venv/bin/gigasetctl", "run `.venv/bin/gigasetctl check dns`"),
            ("/x/gigasetd/cli/main.py", advice),
        ):
            self.patch(sys, "argv", [called])
            self.assertEqual(_asCalled(advice), expected)

    def test_onPath(self):
        """
        Where the shell finds it, its name is enough.
        """
        folder = self.mktemp()
        os.mkdir(folder)
        with open(os.path.join(folder, "gigasetctl"), "w") as file:
            os.chmod(file.fileno(), 0o755)
        self.patch(os, "environ", {**os.environ, "PATH": os.path.abspath(folder)})
        self.patch(sys, "argv", [".venv/bin/gigasetctl"])
        self.assertEqual(_asCalled("`gigasetctl status`"), "`gigasetctl status`")
