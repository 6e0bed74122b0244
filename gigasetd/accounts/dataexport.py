# -*- test-case-name: tests.accounts.test_dataexport -*-
"""
What somebody may ask about their own data: show it all, forget it.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gigasetd.accounts.pin import opened
from gigasetd.keys.sealing import VaultError
from gigasetd.privacy.erasure import erased, goes
from gigasetd.privacy.field import End
from gigasetd.privacy.inventory import fieldsOf
from gigasetd.registry.model import KIND_OF, Account, CheckIn, Pin, Value
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import Subject

Exported = dict[str, Any]


def export(subject: Subject, tell: Callable[[Account], str]) -> Exported:
    """
    Everything that is stored about C{subject}, with the reason and the end of
    each field; made of strings, numbers, lists and dicts only.

    @param tell: tells an account's password, as its owner knows it.
    """
    return {
        "mac": subject.mac,
        "number": subject.number,
        "device": _told(subject.device),
        "account": _told(subject.account and _opened(subject.account, tell)),
        "checkin": _told(subject.checkin),
        "bindings": [_told(binding) for binding in subject.bindings],
        "offers": [_told(offer) for offer in subject.offers],
        "redirect": _told(subject.redirect),
        "pin": _told(subject.pin),
        "profiles": [_told(profile) for profile in subject.profiles],
        "contacts": [_told(contact) for contact in subject.contacts],
        "weblogin": _told(subject.weblogin),
        "roster": [_told(item) for item in subject.roster],
        "messages": [_told(message) for message in subject.held],
        "blocks": [_told(block) for block in subject.blocks],
        "scram": [_told(scram) for scram in subject.scrams],
        "inventory": _reasons([*subject.single, *subject.bindings, *subject.several]),
    }


def _opened(account: Account, tell: Callable[[Account], str]) -> Account:
    """
    C{account} with its password in clear; as it is stored where nobody can
    read it any more.
    """
    try:
        return account._replace(password=tell(account))
    except VaultError:
        return account


def _told(value: Value | None) -> Exported | None:
    """
    The fields of C{value} that the inventory lists, which is all of them.
    """
    if value is None:
        return None
    entries = fieldsOf(KIND_OF[type(value)].name)
    return {entry.field: getattr(value, entry.field) for entry in entries}


def _reasons(values: Sequence[Value]) -> list[dict[str, Any]]:
    """
    The inventory's entries for the kinds among C{values}.
    """
    kinds = dict.fromkeys(KIND_OF[type(value)].name for value in values)
    return [
        {
            "kind": entry.kind,
            "field": entry.field,
            "why": entry.why,
            "until": [end.value for end in End if end in entry.ends],
        }
        for kind in kinds
        for entry in fieldsOf(kind)
    ]


def erase(registry: Registry, subject: Subject) -> int:
    """
    Forget everything but what the inventory keeps for good; a guest has
    nothing of that kind and is forgotten whole.

    @return: the number of the last change.
    """
    if subject.account:
        registry.bind(subject.account.number, ())
    for value in (*subject.single, *subject.several):
        guest = isinstance(value, CheckIn) and subject.device is None
        if guest or goes(value, None):
            registry.drop(value)
        else:
            registry.put(opened(value) if isinstance(value, Pin) else erased(value))
    return registry.journal.number
