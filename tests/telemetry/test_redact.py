"""
Tests of L{gigasetd.telemetry.redact}, through the lines that it leaves.
"""

from __future__ import annotations

import json
from typing import Any

from gigasetd.config.sections.server import LogSection
from gigasetd.registry.model import Account
from gigasetd.telemetry.log import LineObserver
from gigasetd.telemetry.redact import isPersonal, mask
from tests.telemetry.test_log import LogTestCase


class RedactionTests(LogTestCase):
    """
    What stays out of the log.
    """

    def shown(self, template: str, level: str = "info", **values: Any) -> str:
        """
        The message as it is shown.
        """
        self.logger(LineObserver(LogSection(level=level), self.stream)).info(
            template, **values
        )
        return self.lines()[-1].partition(" info ")[2]

    def test_personalKeys(self) -> None:
        """
        A value is hidden by its key, by a part of it, and by the path to it,
        however it is to be written.
        """
        account = Account("123", "digest", "geheim", "", "Anna", "", 0.0, 0.0)
        text = self.shown(
            "{aor} {public_ip!r} {port:>5d} {mac:20} {account.password} {it.nickname}"
            " {it} {user_agent}",
            aor="sip:1@x",
            public_ip="10.0.0.1",
            port=5060,
            mac="7C2F80000001",
            account=account,
            it=account,
            user_agent="C610 IP/42",
        )
        self.assertEqual(text, "… …  5060 … … … Account C610 IP/42")

    def test_debug(self) -> None:
        """
        Who debugs sees everything.
        """
        self.assertEqual(self.shown("{aor}", level="debug", aor="sip:1@x"), "sip:1@x")

    def test_json(self) -> None:
        """
        The values beside the message are hidden as well.
        """
        log = self.logger(LineObserver(LogSection(format="json"), self.stream))
        log.info("bound {aor}", aor="sip:1@x", seconds=5, when={"a": 12345})
        line = json.loads(self.lines()[0])
        self.assertEqual(line["message"], "bound …")
        self.assertEqual(line["values"], {"aor": "…", "seconds": 5, "when": "{'a': …}"})

    def test_traceback(self) -> None:
        """
        An error's text tells no number or address; the place stays readable.
        """
        try:
            raise KeyError("12345678", "192.168.1.7", "7C2F80000001", "fe80::1", "a@b")
        except KeyError:
            self.logger(LineObserver(LogSection(), self.stream)).failure("oops")
        text = "\n".join(self.lines())
        for word in ("12345678", "192.168", "7C2F8", "fe80", "a@b"):
            self.assertNotIn(word, self.lines()[-1])
        self.assertRegex(text, r'File ".*test_redact.py", line \d+, in test_traceback')

    def test_foreign(self) -> None:
        """
        What Twisted warns of is told without addresses.
        """
        log = self.logger(LineObserver(LogSection(), self.stream), "twisted.web")
        log.warn("odd request from {client} {x}", client="10.0.0.1:5060", x=1)
        self.assertRegex(self.lines()[0], " warn odd request from … 1$")

    def test_mask(self) -> None:
        """
        Ordinary numbers, times and places in the code are no secrets.
        """
        for text in ("app.py:22: done", "line 123, 1.5 s", "[Errno 98] in use", "a: b"):
            self.assertEqual(mask(text), text)
        for text in ("+4912345", "2001:db8::1", "::1", "7c:2f:80:00:00:01", "x@y.z"):
            self.assertEqual(mask(text), "…", text)

    def test_harmless(self) -> None:
        """
        The keys that operators need are shown.
        """
        for key in "service transport interface port seconds user_agent reason".split():
            self.assertFalse(isPersonal(key), key)
