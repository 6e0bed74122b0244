# -*- test-case-name: tests.accounts.test_pin -*-
"""
What is kept of a phone that logs in as its factory set it: the answer that it
gave first, which all later ones must equal.

Layer 1 (state).
"""

from __future__ import annotations

from gigasetd.errors import Refused
from gigasetd.privacy.erasure import erased
from gigasetd.registry.model import Account, Pin
from gigasetd.registry.registry import Registry


def pinOf(registry: Registry, number: str) -> Pin:
    """
    A number's pin; an open one, in which nothing is pinned yet, where none is
    stored.
    """
    return registry.pins.get(number) or Pin(number, "", "", 0, "", 0, 0.0)


def opened(pin: Pin) -> Pin:
    """
    C{pin} without what was pinned, and asked anew: an answer that was
    recorded before is worth nothing.
    """
    return erased(pin)._replace(generation=pin.generation + 1)


def resetPin(registry: Registry, account: Account) -> Pin:
    """
    Let the next phone that comes be the right one; who is registered now has
    to come again.

    @raise Refused: it logs in with a password that we know.
    """
    if account.login != "factory":
        raise Refused(f"{account.number} logs in with a password: nothing is pinned")
    pin = opened(pinOf(registry, account.number))
    registry.put(pin)
    registry.bind(account.number, ())
    return pin


def forgetPin(registry: Registry, number: str) -> None:
    """
    Drop what is stored of a number's pin, if anything is.
    """
    pin = registry.pins.get(number)
    if pin is not None:
        registry.drop(pin)
