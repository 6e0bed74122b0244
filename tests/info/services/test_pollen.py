"""
Tests of L{gigasetd.info.services.pollen}.
"""

from __future__ import annotations

from tests.info.case import TOLD, InfoCase


class PollenTests(InfoCase):
    """
    Pollen.
    """

    def test_page(self) -> None:
        """
        Each plant with its level in words, and the credit.
        """
        self.sources.tell(**TOLD)
        shown = self.shown("pollen")
        for words in ("Berlin", "Hasel", "keine", "wenig-mittel", "Quelle"):
            self.assertIn(words, shown)
