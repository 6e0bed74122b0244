"""
Tests of L{gigasetd.info.preview.display}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.info.page.fontmetrics import DISPLAY, width
from gigasetd.info.page.page import (
    Line,
    Screen,
)
from gigasetd.info.preview.display import screen
from tests.info.preview.case import layout, texts


class ScreenTests(SynchronousTestCase):
    """
    What an idle handset shows.
    """

    page = Screen("", [Line("Mo", "Regen", "9"), Line(), Line(center="gute Reise")])

    def test_lines(self) -> None:
        """
        Lines fill from the top, their parts stand left, in the middle and
        right, and the last one is at the bottom in bold.
        """
        right = DISPLAY - width("9")
        middle = (DISPLAY - width("Regen")) // 2
        foot = (DISPLAY - width("gute Reise")) // 2
        first = [(0, 0, "Mo"), (0, middle, "Regen"), (0, right, "9")]
        for lines in (6, 8):
            found = texts(self.page, lines)
            self.assertEqual(found, [*first, (lines - 1, foot, "gute Reise")])
        runs = layout(self.page).runs
        self.assertEqual([run.bold for run in runs], [False] * 3 + [True])

    def test_long(self) -> None:
        """
        Of a page with more lines than the display, the last one is seen all
        the same.
        """
        page = Screen("", [Line(f"{n}") for n in range(8)])
        found = [text for _, _, text in texts(page)]
        self.assertEqual(found, ["0", "1", "2", "3", "4", "7"])

    def test_overwritten(self) -> None:
        """
        What shares a line and an alignment is seen once.
        """
        data = self.page.encode().replace(b"text-align:center", b"text-align:left")
        found = [run.text for run in screen(data, 6).runs]
        self.assertNotIn("Mo", found)
        self.assertIn("Regen", found)
