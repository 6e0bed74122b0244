# -*- test-case-name: tests.control.test_documents -*-
"""
Devices, guests, registrations and tokens as JSON documents for the operator.

Times are epoch seconds, C{None} where unknown.  Secrets are left out.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from gigasetd.control.messages import Document
from gigasetd.registry.model import Account, Binding, CheckIn, Device, Pin, Token
from gigasetd.registry.subject import Subject

_NO_DEVICE = Device("", "", "", "", "", "", 0.0)
_NO_ACCOUNT = Account("", "", "", "", "", "", 0.0, 0.0)
_NO_PIN = Pin("", "", "", 0, "", 0, 0.0)
_NO_CHECKIN = CheckIn("", 0.0, "", "", "", "", "", 0, "", "")


def deviceRow(subject: Subject, now: float) -> Document:
    """
    Make one row of C{device list}.
    """
    device = subject.device or _NO_DEVICE
    account = subject.account or _NO_ACCOUNT
    report = subject.checkin or _NO_CHECKIN
    return {
        "mac": subject.mac,
        "number": subject.number,
        "nickname": account.nickname,
        "serial": device.serial or report.serial,
        "item_number": device.item_number or report.item_number,
        "product": device.product or report.product,
        "registered": any(binding.expires > now for binding in subject.bindings),
        "seen": report.seen or None,
        "login": account.login,
        "services": account.services() if subject.account else [],
    }


def deviceDetails(
    subject: Subject, now: float, reachable: Callable[[Binding], bool]
) -> Document:
    """
    Make the document of C{device show}.

    @param reachable: whether a request can be sent to a binding now.
    """
    device = subject.device or _NO_DEVICE
    account = subject.account or _NO_ACCOUNT
    return {
        **deviceRow(subject, now),
        **checkInFields(subject.checkin or _NO_CHECKIN),
        "mac_id": device.mac_id,
        "digest": account.digest.split(),
        **pairingFields(subject.pin or _NO_PIN),
        "added": device.added or account.added or None,
        "active": account.active or None,
        "guest": subject.device is None and subject.account is None,
        "registrations": [
            bindingRow(binding, now, reachable)
            for binding in subject.bindings
            if binding.expires > now
        ],
    }


def pairingFields(pin: Pin) -> Document:
    """
    Describe the pairing with a phone that uses its factory log-in.
    """
    return {
        "pinned": bool(pin.answer),
        "generation": pin.generation,
        "rolling": bool(pin.rolling),
    }


def checkInFields(report: CheckIn) -> Document:
    """
    Describe what a phone has reported, beyond the columns of C{device list}.
    """
    return {
        "software_version": report.software_version,
        "private_ip": report.private_ip,
        "private_port": report.private_port or None,
        "public_ip": report.public_ip,
        "name": report.name,
    }


def guestRow(guest: CheckIn) -> Document:
    """
    Make one row of C{device list --guests}.
    """
    return {
        "mac": guest.mac,
        "serial": guest.serial,
        "item_number": guest.item_number,
        "product": guest.product,
        "seen": guest.seen or None,
        **checkInFields(guest),
    }


def bindingRow(
    binding: Binding, now: float, reachable: Callable[[Binding], bool]
) -> Document:
    """
    Make one row of C{registrations}.
    """
    return {
        "number": binding.number,
        "contact": binding.contact,
        "transport": binding.transport,
        "address": binding.host,
        "port": binding.port,
        "expires_in": ceil(binding.expires - now),
        "user_agent": binding.user_agent,
        "reachable": bool(reachable(binding)),
    }


def tokenRow(token: Token) -> Document:
    """
    Make one row of C{token list}.
    """
    return {"name": token.name, "scope": token.scope, "added": token.added}
