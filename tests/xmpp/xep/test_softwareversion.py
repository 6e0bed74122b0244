"""
Tests for L{gigasetd.xmpp.xep.softwareversion}.
"""

from __future__ import annotations

from tests.xmpp.xep.extensions import RESULT, ExtensionCase


class VersionTests(ExtensionCase):
    """
    XEP-0092.
    """

    def test_version(self) -> None:
        """
        Name and version, not the system (XEP-0092).
        """
        self.alice.send(
            "<iq type='get' id='1' to='$domain'><query xmlns='jabber:iq:version'/></iq>"
        )
        query = (
            "<query xmlns='jabber:iq:version'><name>gigasetd</name>"
            "<version>1.2</version></query>"
        )
        self.assertGot(self.alice, RESULT.format("$domain", query))
