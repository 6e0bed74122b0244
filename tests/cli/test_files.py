"""
Tests for L{gigasetd.cli.main} where it reads files: tables and configurations.
"""

from __future__ import annotations

from tests.cli.case import CtlCase
from tests.registry.populated import BOX, MAC, OTHER


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


class CheckConfigTests(CtlCase):
    """
    C{check config} needs no daemon.
    """

    async def test_good(self):
        """
        A good file is said to be good, in either spelling of the verb.
        """
        await self.store.stopService()
        for words in (("check", "config"), ("check-config",)):
            ended = await self.run_("--json", *words, str(self.config))
            self.assertEqual((ended.status, ended.document["ok"]), (0, True))
        ended = await self.ctl("check", "config")
        self.assertIn(str(self.config), ended.out)

    async def test_bad(self):
        """
        Each fault of a bad file is a line, and the exit status is 1.
        """
        bad = self.folder / "bad.toml"
        bad.write_text("[sip]\nlisten = 5\nmax_contact = 3\n")
        ended = await self.run_("check-config", str(bad))
        self.assertEqual((ended.status, ended.out), (1, ""))
        first, second = sorted(ended.err.splitlines())
        self.assertIn("sip.listen", first)
        self.assertIn("sip.max_contacts", second)
        self.assertNotIn("Traceback", ended.err)

    async def test_missing(self):
        """
        A file that is not there is a fault, too.
        """
        ended = await self.run_("check", "config", "nowhere.toml")
        self.assertEqual(ended.status, 1)

    async def test_badElsewhere(self):
        """
        A bad configuration is said when it is only needed for the socket.
        """
        self.config.write_text("[sip]\nlisten = 5\n")
        self.assertIn("sip.listen", await self.refused("status"))
