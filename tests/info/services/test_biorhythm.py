"""
Tests of L{gigasetd.info.services.biorhythm}.
"""

from __future__ import annotations

from datetime import date

from gigasetd.info.services.biorhythm import isCritical, wave
from tests.info.case import InfoCase


class BiorhythmTests(InfoCase):
    """
    The biorhythm.
    """

    def test_waves(self) -> None:
        """
        As it is reckoned everywhere.
        """
        age = (date(2026, 11, 23) - date(1980, 1, 1)).days
        levels = [round(wave(age, days), 3) for days in (23, 28, 33)]
        self.assertEqual(levels, [-0.942, -0.975, 0.189])
        self.assertTrue(isCritical(0, 23))
        self.assertEqual(sum(isCritical(day, 28) for day in range(280)), 20)

    def test_page(self) -> None:
        """
        Without a date of birth it says how to enter it; with one it shows two
        days.
        """
        self.assertIn("born", self.links("biorhythm"))
        self.registry.put(self.profile._replace(born="1980-01-01"))
        shown = self.shown("biorhythm")
        for words in ("-94 %", "-97 %", "+19 %", "Heute", "Morgen", "Spaß"):
            self.assertIn(words, shown)

    def test_stranger(self) -> None:
        """
        Who cannot set anything is not sent to where it is set.
        """
        self.assertEqual(self.links("biorhythm", ""), [])
