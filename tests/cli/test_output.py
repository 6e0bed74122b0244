"""
Tests for L{gigasetd.cli.output}.
"""

from __future__ import annotations

import io

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.cli.output import ProgressBar, lines


class Terminal(io.StringIO):
    """
    A screen that says it is one.
    """

    def isatty(self) -> bool:
        """
        It is.
        """
        return True


class ScreenTests(SynchronousTestCase):
    """
    Documents are readable, and harmless to a terminal.
    """

    def test_table(self):
        """
        Columns are aligned; those that nobody fills are left out.
        """
        rows = [
            {"mac": "A", "port": 5060, "on": True, "none": ""},
            {"mac": "LONGER", "port": None, "on": False, "none": None},
        ]
        self.assertEqual(
            lines(rows),
            ["MAC     PORT  ON", "A       5060  yes", "LONGER  -     no"],
        )

    def test_pairs(self):
        """
        An object is shown by name, its parts below their name.
        """
        document = {"a": "x", "long": ["p", "q"], "part": {"n": 0}, "list": [{"m": 1}]}
        self.assertEqual(
            lines(document),
            ["a     x", "long  p q", "part", "  n  0", "list", "M", "1"],
        )

    def test_nothing(self):
        """
        An empty list or object is shown as nothing.
        """
        self.assertEqual((lines([]), lines({})), ([], []))

    def test_escapes(self):
        """
        A name that a phone reports cannot command the operator's terminal.
        """
        shown = "\n".join(lines([{"name": "\x1b]0;owned\x07\u202e"}]))
        self.assertTrue(shown.replace("\n", "").isprintable())


class BarTests(SynchronousTestCase):
    """
    Progress is for people.
    """

    def test_terminal(self):
        """
        On a terminal the bar fills, and goes when it is done.
        """
        screen = Terminal()
        bar = ProgressBar(screen)
        bar.show(500, 1000)
        self.assertIn("#" * 20 + "." * 20 + "] 500 of 1000", screen.getvalue())
        bar.clear()
        self.assertTrue(screen.getvalue().endswith("\r\x1b[K"))

    def test_file(self):
        """
        In a log file there is no bar.
        """
        screen = io.StringIO()
        bar = ProgressBar(screen)
        bar.show(1, 0)
        bar.clear()
        self.assertEqual(screen.getvalue(), "")
