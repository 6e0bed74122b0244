# -*- test-case-name: tests.accounts.test_services -*-
"""
Switch VoIP, messaging and information off and on; off also deletes the data.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.errors import BadValue
from gigasetd.privacy.erasure import cleared, goes
from gigasetd.privacy.field import End
from gigasetd.registry.model import SERVICES, Account
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import subjectAt

_ENDS = {"voip": End.VOIP, "messaging": End.MESSAGING, "info": End.INFO}


def disableService(registry: Registry, account: Account, service: str) -> Account:
    """
    Switch C{service} off and drop what is stored for it.

    @return: the changed account.
    @raise BadValue: there is no such service.
    """
    off = {*account.off.split(), _checked(service)}
    account = cleared(account, _ENDS[service])._replace(off=_inOrder(off))
    registry.put(account)
    if service == "voip":
        registry.bind(account.number, ())
    subject = subjectAt(registry, registry.macs.get(account.number, ""), account.number)
    for value in (*subject.single, *subject.several):
        if goes(value, _ENDS[service]):
            registry.drop(value)
    return account


def enableService(registry: Registry, account: Account, service: str) -> Account:
    """
    Switch C{service} on again, without any stored data.

    @return: the changed account.
    @raise BadValue: there is no such service.
    """
    off = {*account.off.split()} - {_checked(service)}
    account = account._replace(off=_inOrder(off))
    registry.put(account)
    return account


def _checked(service: str) -> str:
    if service not in SERVICES:
        raise BadValue(f"unknown service; choose one of {', '.join(SERVICES)}")
    return service


def _inOrder(off: set[str]) -> str:
    return " ".join(service for service in SERVICES if service in off)
