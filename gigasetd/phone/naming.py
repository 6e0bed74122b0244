# -*- test-case-name: tests.phone.test_naming -*-
"""
The nickname that an owner gives a number.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.errors import Conflict, Refused
from gigasetd.identity import shown
from gigasetd.model import Account
from gigasetd.phone.wording import checkNickname
from gigasetd.registry.registry import Registry


def setNickname(registry: Registry, account: Account, nickname: str) -> Account:
    """
    Give an account another nickname.

    @param nickname: C{""} for none.
    @return: the account as it is now.
    @raise Refused: it has a wrong form, somebody has it, or VoIP is switched
        off.
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
    @raise Refused: an account cannot have this nickname.
    """
    holder = registry.nicknames.get(nickname.casefold(), account.number)
    if holder != account.number:
        raise Conflict(f"nickname {shown(nickname)} is taken")
    if "voip" in account.off.split():
        raise Refused("a nickname belongs to VoIP, which is switched off")
