"""
Tests of L{gigasetd.info.services.messages}.
"""

from __future__ import annotations

from tests.info.case import InfoCase, account, message


class WaitingTests(InfoCase):
    """
    Messages that wait.
    """

    def test_page(self) -> None:
        """
        How many, and from whom by nickname; never what they say.
        """
        self.assertIn("keine Nachrichten", self.shown("messages"))
        self.registry.put(account("30002", "Bob"))
        for index, sender in enumerate(("30002@h/x", "30002@h/y", "eve@far.example/z")):
            self.registry.put(message(f"{index}", sender))
        shown = self.shown("messages")
        for words in ("3 Nachrichten warten", "Bob", "eve@far.example"):
            self.assertIn(words, shown)
        self.assertNotIn("geheim", shown)
        self.assertIn("3 Nachrichten", self.shown("request.do"))
