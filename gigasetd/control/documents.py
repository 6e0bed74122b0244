# -*- test-case-name: tests.control.verbs.test_daemon -*-
"""
How devices, guests and registrations are told to the operator: dicts of
strings, numbers and lists.  An unknown time is C{None}; secrets are left out.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from gigasetd.accounts.services import running
from gigasetd.control.messages import View
from gigasetd.registry.model import Account, Binding, CheckIn, Device, Pin, Token
from gigasetd.registry.subject import Subject

_NO_DEVICE = Device("", "", "", "", "", "", 0.0)
_NO_ACCOUNT = Account("", "", "", "", "", "", 0.0, 0.0)
_NO_PIN = Pin("", "", "", 0, "", 0, 0.0)
_NO_CHECKIN = CheckIn("", 0.0, "", "", "", "", "", 0, "", "")


def deviceView(subject: Subject, now: float) -> View:
    """
    One line of the list of devices.
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
        "services": running(account) if subject.account else [],
    }


def detailView(
    subject: Subject, now: float, reachable: Callable[[Binding], bool]
) -> View:
    """
    Everything of one device that is no secret.
    """
    device = subject.device or _NO_DEVICE
    account = subject.account or _NO_ACCOUNT
    return {
        **deviceView(subject, now),
        **guestFacts(subject.checkin or _NO_CHECKIN),
        "mac_id": device.mac_id,
        "digest": account.digest.split(),
        **pinFacts(subject.pin or _NO_PIN),
        "added": device.added or account.added or None,
        "active": account.active or None,
        "guest": subject.device is None and subject.account is None,
        "registrations": [
            bindingView(binding, now, reachable)
            for binding in subject.bindings
            if binding.expires > now
        ],
    }


def pinFacts(pin: Pin) -> View:
    """
    What is told of a factory log-in.
    """
    return {
        "pinned": bool(pin.answer),
        "generation": pin.generation,
        "rolling": bool(pin.rolling),
    }


def guestFacts(report: CheckIn) -> View:
    """
    What a check-in tells beyond a device's stock data.
    """
    return {
        "software_version": report.software_version,
        "private_ip": report.private_ip,
        "private_port": report.private_port or None,
        "public_ip": report.public_ip,
        "name": report.name,
    }


def guestView(guest: CheckIn) -> View:
    """
    One line of the list of guests.
    """
    return {
        "mac": guest.mac,
        "serial": guest.serial,
        "item_number": guest.item_number,
        "product": guest.product,
        "seen": guest.seen or None,
        **guestFacts(guest),
    }


def bindingView(
    binding: Binding, now: float, reachable: Callable[[Binding], bool]
) -> View:
    """
    One registration.
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


def tokenView(token: Token) -> View:
    """
    One line of the list of tokens.
    """
    return {"name": token.name, "added": token.added}
