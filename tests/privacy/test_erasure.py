"""
Tests of L{gigasetd.privacy.erasure}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.privacy.erasure import cleared, erased
from gigasetd.privacy.field import End
from tests.registry.populated import MAC, NUMBER, inhabited


class ErasureTests(SynchronousTestCase):
    """
    What events and erasure remove.
    """

    def test_cleared(self):
        """
        An end empties its fields and no other.
        """
        registry = inhabited()
        account, checkin = registry.accounts[NUMBER], registry.checkins[MAC]
        self.assertEqual(cleared(account, End.VOIP), account._replace(nickname=""))
        self.assertEqual(
            cleared(checkin, End.UNSEEN),
            checkin._replace(private_port=0, public_ip="", name=""),
        )

    def test_erased(self):
        """
        Erasing leaves what is kept for good.
        """
        account = inhabited().accounts[NUMBER]
        self.assertEqual(erased(account), account._replace(nickname="", active=0.0))
