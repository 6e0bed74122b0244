# -*- test-case-name: tests.web.admin.test_devicesearch -*-
"""
The operator's search for devices: a page at a time, in slices, however many
there are.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import Subject, subjectAt

STATES = ("all", "registered", "unregistered", "factory", "guests")
PAGE = 50  #: devices of one page
SLICE = 500  #: devices that are compared in one go


class DeviceQuery(NamedTuple):
    """
    A search of the list of devices.
    """

    text: str = ""  #: part of MAC, number, nickname or product; any case
    state: str = "all"  #: one of L{STATES}
    page: int = 0


def searchDevices(
    registry: Registry, query: DeviceQuery, now: float
) -> Iterator[Subject | None]:
    """
    Yield the devices of one page and the first of the next page; C{None} after
    each slice, where the reader should pause.

    The registry may change between two devices.
    """
    skipped, text = query.page * PAGE, query.text.strip().casefold()
    matches = 0
    for index, (mac, number) in enumerate(_keys(registry, query.state)):
        if index % SLICE == 0:
            yield None
        if not _hasState(registry, number, query.state, now):
            continue
        if text and text not in _searchable(registry, mac, number):
            continue
        matches += 1
        if matches > skipped:
            yield subjectAt(registry, mac, number)
        if matches > skipped + PAGE:
            return


def _keys(registry: Registry, state: str) -> Iterator[tuple[str, str]]:
    """
    Yield MAC and number of all devices, then of numbers without a device; for
    C{"guests"} only the MACs of guests.
    """
    if state == "guests":
        for mac in list(registry.checkins):
            if mac not in registry.devices:
                yield mac, ""
        return
    for mac in list(registry.devices):
        device = registry.devices.get(mac)
        if device is not None:
            yield mac, device.number
    for number in list(registry.accounts):
        if number not in registry.macs:
            yield "", number


def _hasState(registry: Registry, number: str, state: str, now: float) -> bool:
    if state == "factory":
        account = registry.accounts.get(number)
        return account is not None and account.login == "factory"
    if state in ("registered", "unregistered"):
        bindings = registry.bindings.get(number, ())
        registered = any(binding.expires > now for binding in bindings)
        return registered == (state == "registered")
    return True


def _searchable(registry: Registry, mac: str, number: str) -> str:
    """
    Join the texts of a device that a search compares.
    """
    device, checkin = registry.devices.get(mac), registry.checkins.get(mac)
    account = registry.accounts.get(number)
    colons = ":".join(mac[at : at + 2] for at in range(0, len(mac), 2))
    texts = (
        mac,
        colons,
        number,
        account.nickname if account else "",
        device.product if device else "",
        device.serial if device else "",
        checkin.product if checkin else "",
        checkin.name if checkin else "",
    )
    return "\n".join(texts).casefold()
