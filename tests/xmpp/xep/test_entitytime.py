"""
Tests for L{gigasetd.xmpp.xep.entitytime}.
"""

from __future__ import annotations

from tests.xmpp.xep.extensions import RESULT, ExtensionCase


class TimeTests(ExtensionCase):
    """
    XEP-0202.
    """

    def test_time(self) -> None:
        """
        The time, in UTC (XEP-0202).
        """
        self.alice.send(
            "<iq type='get' id='1' to='$domain'><time xmlns='urn:xmpp:time'/></iq>"
        )
        time = (
            "<time xmlns='urn:xmpp:time'><tzo>+00:00</tzo>"
            "<utc>2023-11-14T22:13:20.000Z</utc></time>"
        )
        self.assertGot(self.alice, RESULT.format("$domain", time))
