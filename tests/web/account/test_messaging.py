"""
Tests of L{gigasetd.web.account.messaging}.
"""

from __future__ import annotations

from gigasetd.registry.model import HeldMessage
from tests.registry.populated import NOW, NUMBER
from tests.web.account.case import EVIL, OwnerCase


class MessagePagesTests(OwnerCase):
    """
    Contacts and messages that wait.
    """

    def roster(self) -> dict[str, str]:
        """
        Address -> name.
        """
        items = self.registry.rosters.get(NUMBER, {}).values()
        return {item.jid: item.name for item in items if item.listed}

    def test_contacts(self) -> None:
        """
        Contacts are added by number or address, renamed and removed.
        """
        for jid, name in (("20000009#9", EVIL), ("a@Other.example", "A")):
            self.browser.get("/account/messaging/")
            self.browser.send("/account/messaging/contact", jid=jid, name=name)
            self.assertNotIn(EVIL.encode(), self.browser.last.body)
        self.browser.send(
            "/account/messaging/contact", jid="20000009@example.net", name="Nine"
        )
        told = self.roster()
        self.assertEqual(told["20000009@example.net"], "Nine")
        self.assertEqual(told["a@other.example"], "A")
        self.browser.send("/account/messaging/remove", jid="a@other.example")
        self.assertNotIn("a@other.example", self.roster())

    def test_refused(self) -> None:
        """
        What is no address, and a name that is too long, are refused.
        """
        for jid, name in (("@", "x"), ("a b@c", "x"), ("1@example.net", "x" * 2000)):
            self.browser.get("/account/messaging/")
            answer = self.browser.send("/account/messaging/contact", jid=jid, name=name)
            self.assertEqual(answer.code, 400)
        self.browser.get("/account/messaging/")
        answer = self.browser.send("/account/messaging/remove", jid="no@body")
        self.assertEqual(answer.code, 404)

    def test_waiting(self) -> None:
        """
        Waiting messages are told by sender and time, never their text, and
        are deleted one by one or all.
        """
        for turn in range(3):
            self.registry.put(
                HeldMessage(NUMBER, f"m{turn}", f"{EVIL}@x", NOW, "<body>hush</body>")
            )
        self.browser.get("/account/messaging/")
        self.assertNotIn(b"hush", self.browser.last.body)
        self.assertNotIn(EVIL.encode(), self.browser.last.body)
        self.browser.send("/account/messaging/delete", id="m1")
        self.assertEqual(set(self.registry.held[NUMBER]), {"1", "m0", "m2"})
        self.assertEqual(
            self.browser.send("/account/messaging/delete", id="m1").code, 404
        )
        self.browser.get("/account/messaging/")
        self.browser.send("/account/messaging/delete", all="yes")
        self.assertNotIn(NUMBER, self.registry.held)
