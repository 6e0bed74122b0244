# -*- test-case-name: tests.registry.test_subject -*-
"""
Look a device or account up by number or MAC, with all that is stored for it.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gigasetd.errors import Unknown
from gigasetd.registry.mac import macOf
from gigasetd.registry.model import (
    Account,
    Binding,
    Block,
    CheckIn,
    Contact,
    Device,
    HeldMessage,
    Offer,
    Pin,
    Profile,
    Redirect,
    RosterItem,
    Scram,
    Value,
    WebLogin,
)
from gigasetd.registry.registry import Registry


class Subject(NamedTuple):
    """
    One device with its account, each L{None} where there is none: an account
    that enrolled by SIP has no device yet, a guest has a check-in only.
    """

    device: Device | None
    account: Account | None
    checkin: CheckIn | None
    bindings: tuple[Binding, ...]
    offers: tuple[Offer, ...] = ()  #: decisions about firmware
    redirect: Redirect | None = None  #: to another settings server
    pin: Pin | None = None  #: of a factory log-in
    profiles: tuple[Profile, ...] = ()  #: of its handsets
    contacts: tuple[Contact, ...] = ()  #: the private address book
    weblogin: WebLogin | None = None  #: the web password
    roster: tuple[RosterItem, ...] = ()  #: XMPP contacts
    held: tuple[HeldMessage, ...] = ()  #: offline messages
    blocks: tuple[Block, ...] = ()  #: blocked JIDs
    scrams: tuple[Scram, ...] = ()  #: keys for SCRAM

    @property
    def single(self) -> list[Value]:
        """
        The values of which there is one at most.
        """
        some: list[Value | None] = [
            self.device,
            self.account,
            self.checkin,
            self.redirect,
            self.pin,
            self.weblogin,
        ]
        return [value for value in some if value is not None]

    @property
    def several(self) -> list[Value]:
        """
        The values of which there may be many, without the bindings.
        """
        return [
            *self.offers,
            *self.profiles,
            *self.contacts,
            *self.roster,
            *self.held,
            *self.blocks,
            *self.scrams,
        ]

    @property
    def mac(self) -> str:
        """
        The device's MAC, C{""} where it is unknown.
        """
        some = self.device or self.checkin
        return some.mac if some else ""

    @property
    def number(self) -> str:
        """
        The account's number, C{""} where there is none.
        """
        return self.account.number if self.account else ""


def subjectOf(registry: Registry, text: str) -> Subject:
    """
    Find a subject by its number, else by its MAC in any usual spelling.

    @raise Unknown: no device and no account has it.
    """
    if text in registry.accounts:
        return subjectAt(registry, registry.macs.get(text, ""), text)
    mac = macOf(text)
    if mac and (mac in registry.devices or mac in registry.checkins):
        device = registry.devices.get(mac)
        return subjectAt(registry, mac, device.number if device else "")
    raise Unknown(f"no device has number or MAC {shown(text)}: see `device list`")


def subjectAt(registry: Registry, mac: str, number: str) -> Subject:
    """
    Gather what is stored for a MAC and a number; either may be C{""}.
    """
    return Subject(
        registry.devices.get(mac),
        registry.accounts.get(number),
        registry.checkins.get(mac),
        registry.bindings.get(number, ()),
        tuple(registry.offers.get(mac, {}).values()),
        registry.redirects.get(mac),
        registry.pins.get(number),
        tuple(registry.profiles.get(mac, {}).values()),
        tuple(registry.contacts.get(number, {}).values()),
        registry.weblogins.get(number),
        tuple(registry.rosters.get(number, {}).values()),
        tuple(registry.held.get(number, {}).values()),
        tuple(registry.blocks.get(number, {}).values()),
        tuple(registry.scrams.get(number, {}).values()),
    )


def subjects(registry: Registry) -> Iterator[Subject]:
    """
    Iterate over every device, then every account without one; no guests.

    The registry may change between two steps: what was removed meanwhile is
    left out, and what was added too.
    """
    bare = [number for number in registry.accounts if number not in registry.macs]
    for mac in list(registry.devices):
        device = registry.devices.get(mac)
        if device:
            yield subjectAt(registry, mac, device.number)
    for number in bare:
        if number in registry.accounts and number not in registry.macs:
            yield subjectAt(registry, "", number)


def shown(text: str) -> str:
    """
    Quote foreign text for a one-line message: shortened, escaped where it has
    control characters.
    """
    text = text if len(text) <= 40 else text[:40] + "…"
    return ascii(text) if not text.isprintable() else f"'{text}'"
