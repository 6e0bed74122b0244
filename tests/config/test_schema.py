"""
Tests of L{gigasetd.config.schema}, L{gigasetd.config.sources} and
L{gigasetd.config.loading}.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config import loading as settings
from gigasetd.config.endpoint import Endpoint
from gigasetd.config.loading import loadConfig
from gigasetd.config.schema import KEYS, Config, ConfigError, differences

ETC = Path(__file__).parents[2] / "etc"


class ConfigTestCase(SynchronousTestCase):
    """
    Configurations in files of their own.
    """

    def setUp(self) -> None:
        """
        No test reads the configuration of the machine it runs on.
        """
        self.patch(settings, "SYSTEM", Path(self.mktemp()))

    def write(self, text: str | bytes) -> Path:
        """
        A file with this content.
        """
        path = Path(self.mktemp())
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def load(self, text: str = "", environ: Mapping[str, str] | None = None) -> Config:
        """The configuration of this text."""
        return loadConfig(self.write(text), environ or {})

    def faults(
        self, text: str | bytes = "", environ: Mapping[str, str] | None = None
    ) -> list[str]:
        """
        The fault lines, without the name of the file.
        """
        path = self.write(text)
        error = self.assertRaises(ConfigError, loadConfig, path, environ or {})
        self.assertEqual(str(error), "\n".join(error.lines))
        return [line.removeprefix(f"{path}: ") for line in error.lines]


class SearchTests(ConfigTestCase):
    """
    Which file counts.
    """

    def test_defaults(self) -> None:
        """
        Without any file the daemon runs on its defaults.
        """
        config = loadConfig(None, {"GIGASETD_HOME": "x", "HOME": "/"})
        self.assertEqual(config.source, "")
        self.assertEqual(differences(config, Config()), ("server.state_dir",))
        self.assertEqual(config.server.state_dir, Path("gigasetd-state").absolute())

    def test_system(self) -> None:
        """
        The system's file is read where it exists and nobody named another.
        """
        system = self.write('server.domain = "a.example"')
        other = self.write('server.domain = "b.example"')
        third = self.write('server.domain = "C.example."')
        self.patch(settings, "SYSTEM", system)
        named = {"GIGASETD_CONFIG": str(other)}
        self.assertEqual(loadConfig(None, {}).server.domain, "a.example")
        self.assertEqual(loadConfig(None, named).server.domain, "b.example")
        config = loadConfig(third, named)
        self.assertEqual(config.server.domain, "c.example")
        self.assertEqual(config.source, str(third))

    def test_missing(self) -> None:
        """
        A file that was named and is not there is one clear line.
        """
        path = Path(self.mktemp())
        error = self.assertRaises(ConfigError, loadConfig, path, {})
        expected = f"{path}: cannot be read: No such file or directory"
        self.assertEqual(error.lines, (expected,))

    def test_unreadable(self) -> None:
        """
        A directory, a binary file, broken TOML: one line each.
        """
        error = self.assertRaises(ConfigError, loadConfig, ETC, {})
        self.assertEqual(error.lines, (f"{ETC}: cannot be read: Is a directory",))
        self.assertEqual(self.faults(b"\xff"), ["is no UTF-8 text at byte 0"])
        (line,) = self.faults("[sip]\nlisten = [\n")
        self.assertIn("is no TOML: ", line)
        self.assertEqual(len(self.faults(b"#" * (1 << 21))), 1)

    def test_stateDir(self) -> None:
        """
        The command line's state directory is above file and environment.
        """
        path = self.write('server.state_dir = "/a"')
        environ = {"GIGASETD_SERVER__STATE_DIR": "/b"}
        self.assertEqual(loadConfig(path, environ).server.state_dir, Path("/b"))
        self.assertEqual(loadConfig(path, environ, "/c").server.state_dir, Path("/c"))


class FaultTests(ConfigTestCase):
    """
    What an operator is told.
    """

    def test_allAtOnce(self) -> None:
        """
        Every fault is one line with key, finding and what is allowed.
        """
        text = """
            log = 4
            [sip]
            max_contacts = true
            listen = ["udp:5060", "tls:5061"]
            [store]
            url = "mysql://me:secret@host/db"
        """
        lines = self.faults(text, {"GIGASETD_INFO__LANGUAGE": "english"})
        self.assertEqual(
            lines,
            [
                "log: found 4, allowed is a table",
                "sip.max_contacts: found true, allowed is a whole number from 1 to 100",
                'sip.listen: found "tls:5061", allowed is '
                "TRANSPORT:PORT[:interface=ADDR] with udp, tcp, or systemd:NAME; "
                "this version has no tls listener here",
                'store.url: found "mysql://me:…@host/db", '
                "allowed is sqlite:PATH or postgresql://USER@HOST/DATABASE",
                'GIGASETD_INFO__LANGUAGE: info.language: found "english", '
                "allowed is a language code of two letters",
            ],
        )

    def test_unknown(self) -> None:
        """
        A misspelt key, section or variable names the nearest known key.
        """
        lines = self.faults(
            "sipp.listen = []\nhttp.listn = []\n[empty]\n",
            {"GIGASETD_SIP__MAX_CONTACT": "1"},
        )
        nearest = [line.rpartition(" ")[2] for line in lines]
        expected = ["sip.listen", "http.listen", nearest[2], "sip.max_contacts"]
        self.assertEqual(nearest, expected)
        self.assertIn("GIGASETD_SIP__MAX_CONTACT: sip.max_contact: ", lines[3])

    def test_everyKeyIsChecked(self) -> None:
        """
        No key takes a table, a date, a negative number or a monstrous text.
        """
        for dotted in KEYS:
            for value in (
                '{ " " = 1 }',
                "1979-05-27",
                "-1",
                "nan",
                '"' + "x" * 5000 + ' \\u0000"',
            ):
                (line,) = self.faults(f"{dotted} = {value}")
                self.assertTrue(line.startswith(f"{dotted}: found "), line)
                self.assertIn(", allowed is ", line)
                self.assertLess(len(line), 300)

    def test_oneLineEach(self) -> None:
        """
        A line break in a value does not break the line.
        """
        (line,) = self.faults("", {"GIGASETD_LOG__LEVEL": "1\ny = 2"})
        self.assertIn('found "1\\ny = 2"', line)

    def test_pairs(self) -> None:
        """
        Two sound values that contradict each other are told where the
        operator wrote them.
        """
        self.assertEqual(
            self.faults("sip.longest_expires = 1800"),
            [
                "sip.longest_expires: found 1800, "
                "allowed is at least sip.usual_expires (3600)"
            ],
        )
        self.load("sip.longest_expires = 1800\nsip.usual_expires = 1800")

    def test_listenTwice(self) -> None:
        """
        The same port twice is told at once, not by a failing bind.
        """
        (line,) = self.faults('http.listen = ["tcp:80", "tcp:80"]')
        self.assertIn("allowed is each listener once", line)


class ValueTests(ConfigTestCase):
    """
    How values become what the program works with.
    """

    def test_environment(self) -> None:
        """
        A variable is TOML where it can be, else plain text, and is above
        the file.
        """
        environ = {
            "GIGASETD_SIP__LISTEN": '["udp:0:interface=[::1]"]',
            "GIGASETD_SIP__MAX_CONTACTS": "3",
            "GIGASETD_LOG__FORMAT": "json",
            "GIGASETD_LOG__LEVEL": '"debug"',
            "GIGASETD_SERVER__DOMAIN": "123",
            "GIGASETD_NOKEY": "1",
        }
        config = self.load('log.format = "text"', environ)
        self.assertEqual(config.sip.listen, (Endpoint("udp", 0, "::1"),))
        self.assertEqual(config.sip.max_contacts, 3)
        self.assertEqual((config.log.format, config.log.level), ("json", "debug"))
        self.assertEqual(config.server.domain, "123")

    def test_exemptFollows(self) -> None:
        """
        Who is local is exempt from the guard, unless somebody says otherwise.
        """
        text = 'server.local_networks = ["192.0.2.0/24"]\n'
        self.assertTrue(self.load(text).guard.exempt.contains("192.0.2.1"))
        self.assertFalse(self.load(text).guard.exempt.contains("10.0.0.1"))
        own = self.load(text + "guard.exempt = []")
        self.assertFalse(own.guard.exempt.contains("192.0.2.1"))

    def test_mediaPorts(self) -> None:
        """
        A firewall's port range, or none.
        """
        config = self.load("sip.media_ports = [10000, 10099]")
        self.assertEqual(config.sip.media_ports, (10000, 10099))
        self.assertIsNone(self.load().sip.media_ports)

    def test_components(self) -> None:
        """
        External components have a domain and a secret each; what is wrong
        with one is told without its secret.
        """
        text = 'xmpp.components = { "Rooms.example.org" = "hush" }'
        found = self.load(text).xmpp.components
        self.assertEqual(found, (("rooms.example.org", "hush"),))
        (line,) = self.faults('xmpp.components = { "a b" = "hush" }')
        self.assertNotIn("hush", line)
        (line,) = self.faults('xmpp.upstream = { host = "h", secret = "hush" }')
        self.assertNotIn("hush", line)

    def test_upstream(self) -> None:
        """
        The server to attach to is told by all of its four facts.
        """
        text = 'xmpp.upstream = { host = "h", port = 5347, domain = "d", secret = "s" }'
        self.assertEqual(self.load(text).xmpp.upstream, ("h", 5347, "d", "s"))
        self.assertIsNone(self.load("").xmpp.upstream)

    def test_claimed(self) -> None:
        """
        No component can be given the domain of the accounts, of the bot, or
        of ours at another server; the secret is not shown.
        """
        there = '{ host = "h", port = 1, domain = "p.example", secret = "s" }'
        for domain in ("gigaset.net", "info.gigaset.net", "p.example"):
            (line,) = self.faults(
                f'xmpp.upstream = {there}\nxmpp.components = {{ "{domain}" = "hush" }}'
            )
            self.assertIn(f"xmpp.components: found '{domain}'", line.replace('"', "'"))
            self.assertNotIn("hush", line)
        text = 'xmpp.components = { "info.gigaset.net" = "s" }\nxmpp.bot = ""'
        self.assertEqual(len(self.load(text).xmpp.components), 1)

    def test_wholeForFloat(self) -> None:
        """
        Two seconds may be written 2.
        """
        self.assertEqual(self.load("store.flush_interval = 2").store.flush_interval, 2)

    def test_file(self) -> None:
        """
        A text is read from its file, without the line's end, and systemd's
        credentials come first.
        """
        credentials = Path(self.mktemp())
        credentials.mkdir()
        (credentials / "domain").write_text("b.example\n")
        plain = self.write("a.example\n")
        config = self.load(f'server.domain_file = "{plain}"')
        self.assertEqual(config.server.domain, "a.example")
        environ = {
            "CREDENTIALS_DIRECTORY": str(credentials),
            "GIGASETD_SERVER__DOMAIN_FILE": "domain",
        }
        config = self.load('server.domain = "c.example"', environ)
        self.assertEqual(config.server.domain, "b.example")

    def test_fileFaults(self) -> None:
        """
        A missing file, both forms at once, a file for what is no text, and a
        bad value in a file are told.
        """
        bad = self.write("-")
        lines = self.faults(
            'store.url_file = "/nowhere"\nserver.domain = "x"\n'
            'server.domain_file = "x"\nsip.max_calls_file = "x"\n'
            f'info.language_file = "{bad}"\nlog.level_file = 3'
        )
        self.assertEqual(len(lines), 5)
        text = "\n".join(lines)
        self.assertIn(
            "store.url_file: /nowhere: cannot be read: No such file or directory", text
        )
        self.assertIn("server.domain_file: found beside server.domain", text)
        self.assertIn("sip.max_calls_file: found an unknown key", text)
        self.assertIn(f'{bad}: info.language: found "-"', text)
        self.assertIn("log.level_file: found 3, allowed is a file's name", text)

    def test_differences(self) -> None:
        """
        A reload knows which keys changed.
        """
        old, new = self.load(), self.load('log.level = "warn"\nsip.listen = []')
        self.assertEqual(differences(old, new), ("sip.listen", "log.level"))
        self.assertEqual(differences(old, old), ())
