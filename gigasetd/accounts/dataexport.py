# -*- test-case-name: tests.accounts.test_dataexport -*-
"""
Export and erase the personal data of one subject.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gigasetd.accounts.factorypairing import unpinned
from gigasetd.keys.sealing import VaultError
from gigasetd.privacy.erasure import erased, goes
from gigasetd.privacy.field import End
from gigasetd.privacy.inventory import fieldsOf
from gigasetd.registry.model import KIND_OF, Account, CheckIn, Pin, Value
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import Subject

Exported = dict[str, Any]
"""The fields of one value, or the whole export."""


def export(subject: Subject, passwordOf: Callable[[Account], str]) -> Exported:
    """
    Collect everything that is stored about C{subject}, with the reason and
    the end of each field; made of strings, numbers, lists and dicts only.

    @param passwordOf: opens an account's sealed password.
    """
    return {
        "mac": subject.mac,
        "number": subject.number,
        "device": _fields(subject.device),
        "account": _fields(subject.account and _opened(subject.account, passwordOf)),
        "checkin": _fields(subject.checkin),
        "bindings": [_fields(binding) for binding in subject.bindings],
        "offers": [_fields(offer) for offer in subject.offers],
        "redirect": _fields(subject.redirect),
        "pin": _fields(subject.pin),
        "profiles": [_fields(profile) for profile in subject.profiles],
        "contacts": [_fields(contact) for contact in subject.contacts],
        "weblogin": _fields(subject.weblogin),
        "roster": [_fields(item) for item in subject.roster],
        "messages": [_fields(message) for message in subject.held],
        "blocks": [_fields(block) for block in subject.blocks],
        "scram": [_fields(scram) for scram in subject.scrams],
        "inventory": _reasons([*subject.single, *subject.bindings, *subject.several]),
    }


def _opened(account: Account, passwordOf: Callable[[Account], str]) -> Account:
    # Without the key the password stays as it is stored.
    try:
        return account._replace(password=passwordOf(account))
    except VaultError:
        return account


def _fields(value: Value | None) -> Exported | None:
    if value is None:
        return None
    entries = fieldsOf(KIND_OF[type(value)].name)
    return {entry.field: getattr(value, entry.field) for entry in entries}


def _reasons(values: Sequence[Value]) -> list[dict[str, Any]]:
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
    Erase all but what the inventory keeps for good.

    A guest has nothing of that kind and is dropped whole.

    @return: the number of the last change.
    """
    if subject.account:
        registry.bind(subject.account.number, ())
    for value in (*subject.single, *subject.several):
        guest = isinstance(value, CheckIn) and subject.device is None
        if guest or goes(value, None):
            registry.drop(value)
        else:
            registry.put(unpinned(value) if isinstance(value, Pin) else erased(value))
    return registry.journal.number
