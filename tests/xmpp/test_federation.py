"""
Trap 16: other servers.  The service is closed, so that nothing of what they
do is understood, and nobody out there is written to.
"""

from __future__ import annotations

from gigasetd.config.sections.xmpp import XmppSection
from tests.xmpp.streaming import HEADER, StreamCase

DIALBACK = "jabber:server:dialback"
RESULT = f"<db:result xmlns:db='{DIALBACK}' from='evil.example' to='gigaset.net'/>"


class Trap16Tests(StreamCase):
    """
    A server knocks.
    """

    def test_noPort(self) -> None:
        """
        There is no listener but the one for clients, unless the operator
        names one for components.
        """
        self.assertEqual(len(XmppSection().listen), 1)
        self.assertFalse(XmppSection().component_listen)
        self.assertIsNone(XmppSection().upstream)

    def test_header(self) -> None:
        """
        A stream between servers is not opened.
        """
        client = self.connect()
        told = client.say(HEADER.replace("jabber:client", "jabber:server"))
        self.assertFails(told, "invalid-namespace")

    def test_dialback(self) -> None:
        """
        Nobody vouches for a domain, before the log-in or after it.
        """
        client = self.connect()
        self.assertFails(client.say(HEADER, RESULT), "not-authorized")
        self.assertFails(self.active().say(RESULT), "unsupported-stanza-type")

    def test_elsewhere(self) -> None:
        """
        Whoever writes to another domain is told that it cannot be reached.
        """
        alice = self.active()
        for domain in ("evil.example", "127.0.0.1", "localhost"):
            for stanza in (
                f"<message to='x@{domain}' id='1'><body>x</body></message>",
                f"<iq type='get' to='{domain}' id='1'><x xmlns='urn:x'/></iq>",
                f"<presence to='x@{domain}' type='subscribe' id='1'/>",
            ):
                self.assertIn("<remote-server-not-found", alice.say(stanza), stanza)
