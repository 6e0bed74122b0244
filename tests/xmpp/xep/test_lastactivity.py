"""
Tests for L{gigasetd.xmpp.xep.lastactivity}.
"""

from __future__ import annotations

from tests.xmpp.jar import BOB
from tests.xmpp.xep.extensions import LAST, RESULT, ExtensionCase


class LastActivityTests(ExtensionCase):
    """
    XEP-0012.
    """

    def test_uptime(self) -> None:
        """
        How long the server runs (XEP-0012).
        """
        self.jar.now += 77
        self.alice.send(LAST.format("$domain"))
        query = "<query xmlns='jabber:iq:last' seconds='77'/>"
        self.assertGot(self.alice, RESULT.format("$domain", query))

    def test_last(self) -> None:
        """
        A contact learns that somebody is here, never since when not.
        """
        bob = self.jar.online(BOB, "b")
        query = "<query xmlns='jabber:iq:last' seconds='0'/>"
        self.alice.send(LAST.format("$bob"))
        self.assertEqual(self.error(), "forbidden")
        self.jar.befriend(self.alice, bob)
        for to in ("$bob", "$alice"):
            self.alice.send(LAST.format(to))
            self.assertGot(self.alice, RESULT.format(to, query))
        bob.lose()
        self.alice.take()
        self.alice.send(LAST.format("$bob"))
        self.assertEqual(self.error(), "service-unavailable")
