"""
Tests of L{gigasetd.config.loading}.
"""

from __future__ import annotations

from pathlib import Path

from gigasetd.config import loading
from gigasetd.config.loading import loadConfig
from gigasetd.config.schema import Config, ConfigError, differences
from tests.config.case import ConfigTestCase


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
        self.patch(loading, "SYSTEM", system)
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
    What an operator reads.
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
                "there is no tls listener here",
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

    def test_unlike(self) -> None:
        """
        A key that resembles none is not called another one: the sections are
        named, or a few keys of its section.
        """
        foreign, odd = self.faults("web.port = 80\nlog.file = 'x'\n")
        self.assertIn(
            "web.port: found an unknown section, allowed are server,", foreign
        )
        self.assertIn("log.file: found an unknown key, the nearest known are log.", odd)

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


class ValueTests(ConfigTestCase):
    """
    Values that follow others, or are meant as text.
    """

    def test_exemptFollows(self) -> None:
        """
        Who is local is exempt from the guard, unless somebody says otherwise.
        """
        text = 'server.local_networks = ["192.0.2.0/24"]\n'
        self.assertTrue(self.load(text).guard.exempt.contains("192.0.2.1"))
        self.assertFalse(self.load(text).guard.exempt.contains("10.0.0.1"))
        own = self.load(text + "guard.exempt = []")
        self.assertFalse(own.guard.exempt.contains("192.0.2.1"))

    def test_numberAsText(self) -> None:
        """
        A variable that TOML reads as a number is text where text is allowed.
        """
        environ = {"GIGASETD_SERVER__DOMAIN": "123", "GIGASETD_SIP__MAX_CONTACTS": "3"}
        config = self.load("", environ)
        self.assertEqual((config.server.domain, config.sip.max_contacts), ("123", 3))
