"""
Tests of L{gigasetd.web.pages.servicetext}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.model import SERVICES
from gigasetd.web.pages.servicetext import SERVICE_TEXTS


class ServiceTextTests(SynchronousTestCase):
    """
    L{SERVICE_TEXTS}.
    """

    def test_complete(self) -> None:
        """
        Each service has texts, in the order of the services.
        """
        self.assertEqual(list(SERVICE_TEXTS), list(SERVICES))

    def test_turned(self) -> None:
        """
        A notice says what happened, to which account, and that data is gone.
        """
        text = SERVICE_TEXTS["messaging"]
        self.assertEqual(text.turned(True), "Messaging turned on.")
        self.assertEqual(
            text.turned(False, "20304057"),
            "Messaging turned off for 20304057; its data was deleted.",
        )
