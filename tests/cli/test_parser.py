"""
Tests for L{gigasetd.cli.parser}.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.cli.parser import commandLine


def parsers(parser: ArgumentParser) -> Iterator[ArgumentParser]:
    """
    All parsers of a command line, from the top down.
    """
    yield parser
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for below in action.choices.values():
                yield from parsers(below)


class HelpTests(SynchronousTestCase):
    """
    What C{--help} shows.
    """

    def setUp(self) -> None:
        """
        Have a terminal of 80 columns.
        """
        self.patch(os, "environ", {**os.environ, "COLUMNS": "80"})

    def test_described(self) -> None:
        """
        Every verb has a description, and every argument but a choice of fixed
        words has help; no line is wider than a terminal.
        """
        for parser in parsers(commandLine()):
            self.assertTrue(parser.description, parser.prog)
            for action in parser._actions:
                helped = action.help or action.choices
                self.assertTrue(helped, f"{parser.prog}: {action.dest}")
            longest = max(map(len, parser.format_help().splitlines()))
            self.assertLessEqual(longest, 80, parser.prog)

    def test_plain(self) -> None:
        """
        No help text uses a word that the reader must guess the meaning of.
        """
        odd = ("somebody", "nobody", "whoever", "everybody", "worthless", "anew")
        for parser in parsers(commandLine()):
            words = parser.format_help().lower().split()
            self.assertEqual([word for word in odd if word in words], [], parser.prog)

    def test_listedOnce(self) -> None:
        """
        A verb with two spellings is listed in one.
        """
        text = commandLine().format_help()
        self.assertNotIn("check-config", text)
        self.assertIn("check ", text)

    def test_optionalVerb(self) -> None:
        """
        The verb that may follow C{bans} is named as a verb.
        """
        (bans,) = [
            each for each in parsers(commandLine()) if each.prog.endswith(" bans")
        ]
        text = bans.format_help()
        self.assertIn("usage: gigasetctl bans [-h] [lift ADDRESS]", text)
        self.assertRegex(text, r"(?m)^ +lift +lift the ban")
        self.assertEqual(text.count("[lift ADDRESS]"), 1)


class VerbTests(SynchronousTestCase):
    """
    What the parser makes of a command.
    """

    def parse(self, *words: str) -> dict[str, Any]:
        """
        The result as a dict.
        """
        return vars(commandLine().parse_args(words))

    def test_verb(self) -> None:
        """
        The verb is the words up to its arguments; C{check-config} is the
        short form of C{check config}.
        """
        self.assertEqual(self.parse("bans")["verb"], "bans")
        self.assertEqual(self.parse("bans", "lift", "::1")["verb"], "bans lift")
        self.assertEqual(self.parse("device", "show", "5")["verb"], "device show")
        self.assertEqual(self.parse("check-config", "f")["verb"], "check config")

    def test_options(self) -> None:
        """
        Common options stand before, in or behind the verb, and are absent from
        the result where they are not used.
        """
        for words in (
            ("--json", "device", "list"),
            ("device", "--json", "list"),
            ("device", "list", "--json"),
        ):
            options = self.parse(*words)
            self.assertEqual((options["verb"], options["json"]), ("device list", True))
        for words in (("--json", "status"), ("status", "--json")):
            self.assertEqual(self.parse(*words), {"verb": "status", "json": True})
        self.assertEqual(self.parse("status"), {"verb": "status"})

    def test_suggestion(self) -> None:
        """
        The error for a wrong verb names the one that is meant.
        """
        for words, meant in (
            (("device", "delete", "5"), "remove"),
            (("device", "shwo", "5"), "show"),
            (("stauts",), "status"),
        ):
            shown = StringIO()
            with redirect_stderr(shown):
                self.assertRaises(SystemExit, self.parse, *words)
            self.assertTrue(shown.getvalue().endswith(f"did you mean '{meant}'?\n"))
        shown = StringIO()
        with redirect_stderr(shown):
            self.assertRaises(SystemExit, self.parse, "fly")
        self.assertNotIn("did you mean", shown.getvalue())

    def test_resolver(self) -> None:
        """
        The resolver of C{check dns} is an address with its port.
        """
        options = self.parse("check", "dns", "--resolver", "192.0.2.1")
        self.assertEqual(options["resolver"], ("192.0.2.1", 53))

    def test_badResolver(self) -> None:
        """
        Anything else is refused with the form that is allowed.
        """
        shown = StringIO()
        with redirect_stderr(shown):
            words = ("check", "dns", "--resolver", "nowhere")
            self.assertRaises(SystemExit, self.parse, *words)
        self.assertIn("allowed is", shown.getvalue())
