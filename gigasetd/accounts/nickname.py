# -*- test-case-name: tests.accounts.test_nickname -*-
"""
Set the nickname of an account.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.accounts.validation import checkNickname
from gigasetd.errors import Conflict, Refused
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import shown


def setNickname(registry: Registry, account: Account, nickname: str) -> Account:
    """
    Give an account another nickname.

    @param nickname: C{""} for none.
    @return: the changed account.
    @raise Refused: it has a wrong form, another account has it, or VoIP is
        switched off.
    """
    nickname = nickname.strip()
    if nickname:
        checkNickname(nickname)
        checkFree(registry, nickname, account)
    named = account._replace(nickname=nickname)
    registry.put(named)
    return named


def checkFree(registry: Registry, nickname: str, account: Account) -> None:
    """
    Check that an account can have this nickname.

    @raise Refused: another account has it, or VoIP is switched off.
    """
    holder = registry.nicknames.get(nickname.casefold(), account.number)
    if holder != account.number:
        raise Conflict(f"nickname {shown(nickname)} is taken")
    if not account.offers("voip"):
        raise Refused("a nickname needs VoIP, which is switched off")
