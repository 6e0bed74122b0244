"""
Tests for L{gigasetd.cli.checks}, by the command.
"""

from __future__ import annotations

from tests.cli.case import CtlCase


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

    async def test_proxies(self):
        """
        A listener that only a reverse proxy can reach, and trust in everybody, are
        warned about.
        """
        self.config.write_text('[http]\nlisten = ["tcp:8080:interface=127.0.0.1"]\n')
        ended = await self.run_("--json", "check", "config", str(self.config))
        self.assertEqual(ended.status, 0)
        (warning,) = ended.document["warnings"]
        self.assertIn("http.trusted_proxies", warning)
        self.config.write_text('[http]\ntrusted_proxies = ["0.0.0.0/0"]\n')
        ended = await self.run_("check", "config", str(self.config))
        self.assertIn("warning: http.trusted_proxies", ended.err)
        both = '[http]\nlisten = ["tcp:8080:interface=[::1]"]\n'
        self.config.write_text(both + 'trusted_proxies = ["::1"]\n')
        ended = await self.run_("--json", "check", "config", str(self.config))
        self.assertNotIn("warnings", ended.document)

    async def test_running(self):
        """
        What the running daemon has noticed is said, too, as its words; of a file
        that is named it says nothing.
        """
        self.built.status.warnings.append(lambda: ["10.0.0.2 is a proxy"])
        ended = await self.ctl("check", "config")
        expected = "warning: the running daemon reports: 10.0.0.2 is a proxy"
        self.assertIn(expected, ended.err)
        ended = await self.run_("check", "config", str(self.config))
        self.assertEqual((ended.status, ended.err), (0, ""))

    async def test_variables(self):
        """
        Variables that override the file are named; so is the lack of a file.
        """
        env = {"GIGASETD_LOG__LEVEL": "debug", "GIGASETD_HOME": "/"}
        ended = await self.run_("check", "config", str(self.config), env=env)
        self.assertIn(f"{self.config}: no mistakes.\n", ended.out)
        self.assertIn("variables override it: GIGASETD_LOG__LEVEL\n", ended.out)
        ended = await self.run_("--json", "check", "config", env=env)
        self.assertEqual(ended.document["variables"], ["GIGASETD_LOG__LEVEL"])
        ended = await self.run_("check", "config")
        self.assertIn("built-in defaults", ended.out)

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
