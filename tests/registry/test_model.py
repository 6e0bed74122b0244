"""
Tests of L{gigasetd.registry.model}.
"""

from __future__ import annotations

from typing import get_type_hints

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.registry.model import KINDS, SERVICES, Account

ACCOUNT = Account("20000001", "digest", "sealed", "ha1", "Anna", "", 1.0, 2.0)


class OffersTests(SynchronousTestCase):
    """
    L{Account.offers}.
    """

    def test_all(self) -> None:
        """
        A new account offers every service.
        """
        self.assertTrue(all(map(ACCOUNT.offers, SERVICES)))

    def test_off(self) -> None:
        """
        A service that is switched off is not offered; the others are.
        """
        account = ACCOUNT._replace(off="voip info")
        offered = [service for service in SERVICES if account.offers(service)]
        self.assertEqual(offered, ["messaging"])

    def test_wholeWords(self) -> None:
        """
        A service is not off because its name is part of another one's.
        """
        self.assertTrue(ACCOUNT._replace(off="information").offers("info"))


class CredentialsChangedTests(SynchronousTestCase):
    """
    L{Account.credentialsChanged}.
    """

    def test_changed(self) -> None:
        """
        Another password, another way to log in and a removed account all end
        the sessions.
        """
        for new in (
            None,
            ACCOUNT._replace(ha1="other"),
            ACCOUNT._replace(login="factory", password="", ha1=""),
        ):
            self.assertTrue(ACCOUNT.credentialsChanged(new), new)

    def test_same(self) -> None:
        """
        Another nickname, a service that is switched off, and the same password
        sealed by a new key leave the sessions alone.
        """
        for new in (
            ACCOUNT,
            ACCOUNT._replace(nickname="Bert", active=3.0),
            ACCOUNT._replace(off="info"),
            ACCOUNT._replace(password="sealed anew"),
        ):
            self.assertFalse(ACCOUNT.credentialsChanged(new), new)


class KindsTests(SynchronousTestCase):
    """
    L{KINDS}.
    """

    def test_keysFirst(self) -> None:
        """
        Every kind has a key of at least one text field, and other fields
        that are text or numbers.
        """
        for kind in KINDS.values():
            hints = list(get_type_hints(kind.type).values())
            self.assertTrue(1 <= kind.width <= len(hints), kind.name)
            self.assertEqual(set(hints[: kind.width]), {str}, kind.name)
            self.assertLessEqual(set(hints), {str, int, float}, kind.name)
