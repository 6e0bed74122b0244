"""
Tests of L{gigasetd.control.verbs.messages}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.control.messages import VerbRequest
from gigasetd.control.verbs.messages import MessageVerbs
from gigasetd.errors import BadValue, Refused
from tests.registry.populated import (
    MAC,
    NOW,
    NUMBER,
    OTHER,
    inhabited,
    numbering,
    report,
)


class MessagesTests(SynchronousTestCase):
    """
    L{MessageVerbs}.
    """

    def setUp(self) -> None:
        self.registry = inhabited()
        self.messages = MessageVerbs(self.registry, numbering(), lambda: "token")

    def send(self, id: str, text: str):
        """
        Send one.
        """
        verb = self.messages.table()["message send"]
        return verb(VerbRequest({"id": id, "text": text}, NOW)).document

    def test_sent(self) -> None:
        """
        An owner is written to by number or MAC; the messages wait in their
        order.
        """
        self.assertEqual(self.send(NUMBER, " one "), {"number": NUMBER, "waiting": 1})
        self.assertEqual(self.send(MAC, "two")["waiting"], 2)
        held = [
            self.registry.held[NUMBER][id] for id in sorted(self.registry.held[NUMBER])
        ]
        self.assertEqual(["one" in one.stanza for one in held], [True, False])

    def test_refused(self) -> None:
        """
        What a handset cannot show is refused, and who has no messaging is not
        written to.
        """
        for text in ("", " \n", "x" * 613):
            self.assertRaises(BadValue, self.send, NUMBER, text)
        account = self.registry.accounts[NUMBER]
        self.registry.put(account._replace(off="messaging"))
        self.assertRaises(Refused, self.send, NUMBER, "x")
        self.registry.put(report(OTHER))
        self.assertRaises(Refused, self.send, OTHER, "x")
        self.assertEqual(self.registry.held, {})
