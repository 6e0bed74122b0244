# -*- test-case-name: tests.web.admin.test_home -*-
"""
Devices as an operator looks for them, a page at a time, however many there
are.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import Subject, subjectAt

STATES = ("all", "registered", "unregistered", "factory", "guests")
PAGE = 50  #: devices of one page
SLICE = 500  #: devices that are looked at in one go


class DeviceQuery(NamedTuple):
    """
    What the operator looks for.
    """

    text: str = ""  #: stands anywhere in MAC, number, nickname or product
    state: str = "all"  #: one of L{STATES}
    page: int = 0


def searchDevices(
    registry: Registry, wanted: DeviceQuery, now: float
) -> Iterator[Subject | None]:
    """
    The devices of one page and the first of the next one; a C{None} now and
    then, for whoever reads to pause.

    The registry may change while this is read.
    """
    skip, text = wanted.page * PAGE, wanted.text.strip().casefold()
    found = 0
    for turn, (mac, number) in enumerate(_keys(registry, wanted.state)):
        if turn % SLICE == 0:
            yield None
        if not _fits(registry, mac, number, text, wanted.state, now):
            continue
        found += 1
        if found > skip:
            yield subjectAt(registry, mac, number)
        if found > skip + PAGE:
            return


def _keys(registry: Registry, state: str) -> Iterator[tuple[str, str]]:
    """
    MAC and number of all that may be meant.
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


def _fits(
    registry: Registry, mac: str, number: str, text: str, state: str, now: float
) -> bool:
    """
    Whether it is what the operator looks for.
    """
    account = registry.accounts.get(number)
    if state == "factory" and (account is None or account.login != "factory"):
        return False
    if state in ("registered", "unregistered"):
        bindings = registry.bindings.get(number, ())
        live = any(binding.expires > now for binding in bindings)
        if live != (state == "registered"):
            return False
    return not text or text in _words(registry, mac, number)


def _words(registry: Registry, mac: str, number: str) -> str:
    """
    What is known of one device, to look a text up in.
    """
    device, report = registry.devices.get(mac), registry.checkins.get(mac)
    account = registry.accounts.get(number)
    pairs = ":".join(mac[at : at + 2] for at in range(0, len(mac), 2))
    words = (
        mac,
        pairs,
        number,
        account.nickname if account else "",
        device.product if device else "",
        device.serial if device else "",
        report.product if report else "",
        report.name if report else "",
    )
    return "\n".join(words).casefold()
