"""
Tests of L{gigasetd.accounts.nickname}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.nickname import setNickname
from gigasetd.errors import BadValue, Conflict, Refused
from gigasetd.registry.model import Account
from tests.registry.populated import NUMBER, inhabited


class NamingTests(SynchronousTestCase):
    """
    The nickname of a number.
    """

    def setUp(self) -> None:
        """
        Two owners.
        """
        self.registry = inhabited()
        self.registry.put(Account("2", "digest", "", "", "Ben", "", 0.0, 0.0))

    def name(self, nickname: str) -> str:
        """
        Give one of them another nickname.
        """
        account = self.registry.accounts[NUMBER]
        return setNickname(self.registry, account, nickname).nickname

    def test_set(self) -> None:
        """
        It is set without blanks around it, in another case, and cleared.
        """
        for wanted in (" Zoë ", "ZOË", ""):
            self.assertEqual(self.name(wanted), wanted.strip())
        self.assertEqual(set(self.registry.nicknames), {"ben"})

    def test_refused(self) -> None:
        """
        One that somebody has in any case, that cannot be shown or is too
        long is refused, and everything while VoIP is off.
        """
        self.assertRaises(Conflict, self.name, "bEN")
        for wrong in ("x" * 33, "日本", "a\x07b"):
            self.assertRaises(BadValue, self.name, wrong)
        account = self.registry.accounts[NUMBER]
        self.registry.put(account._replace(off="voip"))
        self.assertRaises(Refused, self.name, "new")
        self.assertEqual(self.name(""), "")
