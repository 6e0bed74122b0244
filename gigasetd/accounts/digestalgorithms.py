# -*- test-case-name: tests.accounts.test_digestalgorithms -*-
"""
The digest algorithms that one device is offered, where those of all others
(C{sip.digest}) do not suit it.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.auth.passwords import ALGORITHMS
from gigasetd.errors import BadValue, Refused
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry


def setAlgorithms(registry: Registry, account: Account, text: str) -> Account:
    """
    Offer C{account} these algorithms from now on.

    @param text: names, the preferred one first; C{""} for those of all.
    @return: the account as it is now.
    @raise Refused: we do not know one of them, or nothing is offered to this
        account at all.
    """
    names = text.upper().replace(",", " ").split()
    if any(name not in ALGORITHMS for name in names) or len(set(names)) < len(names):
        known = ", ".join(ALGORITHMS)
        raise BadValue(f"digest is one or several of {known}, each once")
    if account.login != "digest":
        raise Refused(f"{account.number} logs in as the factory set it")
    account = account._replace(digest=" ".join(names))
    registry.put(account)
    return account
