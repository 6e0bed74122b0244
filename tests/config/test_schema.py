"""
Tests of L{gigasetd.config.schema}.
"""

from __future__ import annotations

from gigasetd.config.schema import KEYS, Config, differences, disorders, takenDomains
from tests.config.case import ConfigTestCase


class SchemaTests(ConfigTestCase):
    """
    The keys, and what two of them must not say together.
    """

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

    def test_differences(self) -> None:
        """
        A reload knows which keys changed.
        """
        old, new = self.load(), self.load('log.level = "warn"\nsip.listen = []')
        self.assertEqual(differences(old, new), ("sip.listen", "log.level"))
        self.assertEqual(differences(old, old), ())

    def test_get(self) -> None:
        """
        Every key can be read by its dotted name.
        """
        config = self.load()
        self.assertEqual(config.get("sip.max_contacts"), config.sip.max_contacts)
        for dotted in KEYS:
            config.get(dotted)

    def test_defaults(self) -> None:
        """
        The defaults are sound: none is in the wrong order.
        """
        self.assertEqual(list(disorders(Config())), [])
        self.assertEqual(list(takenDomains(Config())), [])
