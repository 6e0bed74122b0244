"""
Tests for L{gigasetd.xmpp.xep.ping}.
"""

from __future__ import annotations

from tests.xmpp.jar import BOB
from tests.xmpp.xep.extensions import PING, RESULT, ExtensionCase


class PingTests(ExtensionCase):
    """
    XEP-0199.
    """

    def test_ping(self) -> None:
        """
        Server and own account are there (XEP-0199).
        """
        for to in ("$domain", "$alice"):
            self.alice.send(PING.format(f" to='{to}'"))
            self.assertGot(self.alice, RESULT.format(to, ""))
        self.alice.send(PING.format(""))
        self.assertGot(self.alice, "<iq type='result' id='1' to='$alice/a'/>")

    def test_pingOthers(self) -> None:
        """
        Another account does not tell whether it is there; its client is asked
        itself.
        """
        bob = self.jar.online(BOB, "b")
        bob.take()
        self.alice.send(PING.format(" to='$bob'"))
        self.assertEqual(self.error(), "service-unavailable")
        self.alice.send(PING.format(" to='$bob/b'"))
        self.assertEqual(len(bob.take()), 1)
