"""
Tests of L{gigasetd.info.services.webcode}.
"""

from __future__ import annotations

from tests.info.case import MAC, NUMBER, InfoCase


class AccessTests(InfoCase):
    """
    Web access.
    """

    def test_code(self) -> None:
        """
        The code, in two groups that are easy to read off; only for those who
        have a number.
        """
        self.assertIn("1234 5678", self.shown("access"))
        device = self.registry.devices[MAC]
        self.registry.put(device._replace(number=""))
        self.assertNotIn("1234", self.shown("access"))
        self.assertNotIn(NUMBER, self.shown("menu"))
