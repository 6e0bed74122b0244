"""
Tests of L{gigasetd.config.sources}.
"""

from __future__ import annotations

from pathlib import Path

from gigasetd.config.endpoint import Endpoint
from gigasetd.config.loading import loadConfig
from gigasetd.config.schema import ConfigError
from gigasetd.config.sources import RawValue, fromEnvironment, override, render
from tests.config.case import ETC, ConfigTestCase


class FileTests(ConfigTestCase):
    """
    What is read from files.
    """

    def test_unreadable(self) -> None:
        """
        A directory, a binary file, broken TOML: one line each.
        """
        error = self.assertRaises(ConfigError, loadConfig, ETC, {})
        self.assertEqual(error.lines, (f"{ETC}: cannot be read: Is a directory",))
        self.assertEqual(self.faults(b"\xff"), ["is not UTF-8 at byte 0"])
        (line,) = self.faults("[sip]\nlisten = [\n")
        self.assertIn("is not TOML: ", line)
        self.assertEqual(len(self.faults(b"#" * (1 << 21))), 1)

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


class EnvironmentTests(ConfigTestCase):
    """
    What is read from variables.
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

    def test_names(self) -> None:
        """
        Only variables with the prefix and a double underscore are keys; a
        second one is part of the key.
        """
        environ = {"GIGASETD_A__B__C": "1", "GIGASETD_AB": "1", "OTHER__A": "1"}
        raw = fromEnvironment(environ)
        self.assertEqual(raw, {"a.b__c": RawValue("GIGASETD_A__B__C", 1, "1")})


class OverrideTests(ConfigTestCase):
    """
    L{override}.
    """

    def test_eitherForm(self) -> None:
        """
        A stronger value replaces a weaker one that a file would give, and the
        other way round.
        """
        weak = RawValue("file", "weak")
        strong = RawValue("VARIABLE", "strong")
        for low, high in (
            ("server.domain", "server.domain_file"),
            ("server.domain_file", "server.domain"),
            ("server.domain", "server.domain"),
        ):
            raw = {low: weak, "log.level": weak}
            override(raw, {high: strong})
            self.assertEqual(raw, {high: strong, "log.level": weak})


class RenderTests(ConfigTestCase):
    """
    L{render}.
    """

    def test_short(self) -> None:
        """
        A long value is cut, and no line of an error breaks.
        """
        self.assertEqual(render("a\nb"), '"a\\nb"')
        self.assertEqual(len(render("x" * 5000)), 80)

    def test_password(self) -> None:
        """
        A URL's password is not shown.
        """
        self.assertEqual(render("x://me:secret@h/d"), '"x://me:…@h/d"')
        self.assertEqual(render(["y://:secret@h"]), '["y://:…@h"]')
