"""
Tests of L{gigasetd.info.services.notices}.
"""

from __future__ import annotations

from tests.info.case import NOON, TOLD, InfoCase, notice


class NoticesTests(InfoCase):
    """
    What the operator tells.
    """

    def test_until(self) -> None:
        """
        A notice is shown, first on the idle display after the weather, until
        its time is over.
        """
        self.sources.tell(NOON, **TOLD)
        self.registry.put(notice("a", "Wartung <heute>", NOON + 100))
        self.registry.put(notice("b", "Immer"))
        self.assertIn("Wartung <heute>", self.shown("notices"))
        self.assertIn(b'content="100"', self.fetch("request.do"))
        self.now = NOON + 101
        self.assertNotIn("Wartung", self.shown("notices"))
        self.assertIn("Immer", self.shown("request.do"))
