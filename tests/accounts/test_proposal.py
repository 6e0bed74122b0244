"""
Tests of L{gigasetd.accounts.proposal}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.proposal import Claims, Proposal
from gigasetd.registry.model import Account, Device


def proposal(mac: str, number: str, nickname: str = "") -> Proposal:
    """
    A proposal to add a device.
    """
    account = Account(number, "digest", "", "", nickname, "", 0.0, 0.0)
    device = Device(mac, number, "", "", "", "", 0.0)
    return Proposal(device, account, None, "", False, ())


class ClaimsTests(SynchronousTestCase):
    """
    L{Claims}.
    """

    def test_take(self) -> None:
        """
        A proposal claims its MAC, its number and its nickname in any case.
        """
        claims = Claims()
        claims.take(proposal("A", "1", "Ina"), "line 2")
        self.assertEqual(claims.macs, {"A": "line 2"})
        self.assertEqual(claims.numbers, {"1": "line 2"})
        self.assertEqual(claims.nicknames, {"ina": "line 2"})

    def test_noNickname(self) -> None:
        """
        Two devices without a nickname do not collide.
        """
        claims = Claims()
        claims.take(proposal("A", "1"), "line 2")
        self.assertEqual(claims.nicknames, {})
