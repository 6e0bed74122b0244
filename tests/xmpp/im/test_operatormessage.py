"""
Tests for L{gigasetd.xmpp.im.operatormessage}.
"""

from __future__ import annotations

from gigasetd.errors import BadValue, Refused
from gigasetd.xmpp.im.operatormessage import LONGEST, sendMessage
from tests.xmpp.jar import BOB, DOMAIN, JarCase


class SendTests(JarCase):
    """
    Bob gets messages from the operator.
    """

    def setUp(self) -> None:
        super().setUp()
        self.bob = self.jar.online(BOB, "b")

    def send(self, text: str) -> None:
        """
        Send a message to Bob.
        """
        sendMessage(self.jar.registry, BOB, text, DOMAIN, "t", self.jar.now)

    def test_delivered(self) -> None:
        """
        A connected client gets the message at once, from an address that
        cannot be answered; another client gets it at its next log-in.
        """
        for text in ("Hello", "again"):
            self.send(text)
        self.jar.settle()
        got = [one for one in self.bob.take() if one.name == "message"]
        self.assertEqual([str(one.body) for one in got], ["Hello", "again"])
        self.assertEqual(got[0].attributes["from"], "gigaset.net")
        self.bob.flush()
        self.assertEqual(self.jar.registry.held, {})
        self.bob.lose()
        self.send("later")
        self.jar.settle()
        self.assertEqual(self.jar.online(BOB, "b").bodies(), ["later"])

    def test_length(self) -> None:
        """
        A text has as many characters as a handset shows, and at least one.
        """
        self.send(" " + "x" * LONGEST + " ")
        for text in ("", "  ", "x" * (LONGEST + 1)):
            self.assertRaises(BadValue, self.send, text)
        self.assertEqual(len(self.jar.registry.held[BOB]), 1)

    def test_off(self) -> None:
        """
        An account without messaging gets none.
        """
        account = self.jar.registry.accounts[BOB]
        self.jar.registry.put(account._replace(off="messaging"))
        self.assertRaises(Refused, self.send, "x")
        self.assertEqual(self.jar.registry.held, {})
