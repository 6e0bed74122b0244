# -*- test-case-name: tests.accounts.test_digestalgorithms -*-
"""
Choose the digest algorithms that one device is offered, where C{sip.digest}
does not suit it.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.auth.passwords import ALGORITHMS
from gigasetd.errors import BadValue, Refused
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import shown


def setAlgorithms(registry: Registry, account: Account, text: str) -> Account:
    """
    Offer C{account} these algorithms from now on.

    @param text: names, the preferred one first; C{""} for those of
        C{sip.digest}.
    @return: the changed account.
    @raise BadValue: a name is unknown, or occurs twice.
    @raise Refused: the account has a factory login, which has no choice.
    """
    names = text.upper().replace(",", " ").split()
    if any(name not in ALGORITHMS for name in names) or len(set(names)) < len(names):
        known = ", ".join(ALGORITHMS)
        raise BadValue(
            f"{shown(text)} is not a list of digest algorithms: name one or more of "
            f"{known}, each once"
        )
    if account.login != "digest":
        raise Refused(
            f"{account.number} uses its factory login, which has no choice of digest"
        )
    account = account._replace(digest=" ".join(names))
    registry.put(account)
    return account
