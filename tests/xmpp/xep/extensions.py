"""
A client for the extensions with one request each.
"""

from __future__ import annotations

from tests.xmpp.jar import ALICE, JarCase

PING = "<iq type='get' id='1'{}><ping xmlns='urn:xmpp:ping'/></iq>"
LAST = "<iq type='get' id='1' to='{}'><query xmlns='jabber:iq:last'/></iq>"
RESULT = "<iq type='result' id='1' to='$alice/a' from='{}'>{}</iq>"


class ExtensionCase(JarCase):
    """
    Alice sends requests.
    """

    def setUp(self) -> None:
        super().setUp()
        self.alice = self.jar.online(ALICE, "a")
        self.alice.take()

    def error(self) -> str:
        """
        Take the one error that came, and name its condition.
        """
        (error,) = self.alice.take()
        return next(iter(error.error.elements())).name
