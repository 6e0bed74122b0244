# -*- test-case-name: tests.devices.test_lanview -*-
"""
The devices of the local network, as a browser in it may see them.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from gigasetd.config.networks import LOCAL, Networks
from gigasetd.devices.household import prefixOf
from gigasetd.registry.model import CheckIn, Device
from gigasetd.registry.registry import Registry

SHOWN = 1000  #: devices on one page

LINKED = Networks(LOCAL)
LOOPBACK = Networks(("127.0.0.0/8", "::1/128"))


class LanDevice(NamedTuple):
    """
    One device, as one row of the page.
    """

    name: str
    address: str  #: inside the local network; C{""} when not known
    port: int  #: of its own web page; 0 when not known
    number: str  #: C{""} for a guest
    mac: str
    product: str = ""
    firmware: str = ""  #: the version that it last reported

    def url(self) -> str:
        """
        Return the URL of its own web page, C{""} when not known.

        It leads to private addresses only, and never to the visitor's own
        machine: what a phone reports is a claim.
        """
        if not LINKED.contains(self.address) or LOOPBACK.contains(self.address):
            return ""
        host = f"[{self.address}]" if ":" in self.address else self.address
        port = f":{self.port}" if self.port not in (0, 80) else ""
        return f"http://{host}{port}/"


def lanDevices(
    registry: Registry, local: Networks, macs: Iterable[str]
) -> list[LanDevice]:
    """
    Return the devices whose last report or registration came from the local
    network, by name, at most L{SHOWN} of them; guests are among them.

    @param macs: the devices that may be there.
    """
    rows = (_row(registry, local, mac) for mac in macs)
    shown = list(islice((row for row in rows if row is not None), SHOWN))
    return sorted(shown, key=_order)


def ownDevices(registry: Registry, number: str) -> list[LanDevice]:
    """
    Return the device of one account, wherever it is, as its owner may see it.

    @return: one row, or none.
    """
    mac = registry.macs.get(number, "")
    device, checkin = registry.devices.get(mac), registry.checkins.get(mac)
    if device is None:
        return []
    account = registry.accounts.get(number)
    name = (account.nickname if account else "") or _reportedName(checkin)
    address = checkin.private_ip if checkin else ""
    port = checkin.private_port if checkin else 0
    model = _model(device, checkin)
    return [LanDevice(name or device.product, address, port, number, mac, *model)]


def householdDevices(
    registry: Registry, number: str, household: Iterable[str]
) -> list[LanDevice]:
    """
    Return the devices of one account's household, by name; its own is among
    them.

    Private addresses of the others are hidden if they were reported from
    elsewhere.
    """
    rows = ownDevices(registry, number)
    homes = {prefixOf(each.host) for each in registry.bindings.get(number, ())} - {""}
    for other in household:
        for row in ownDevices(registry, other) if other != number else ():
            checkin = registry.checkins.get(row.mac)
            near = checkin is not None and prefixOf(checkin.public_ip) in homes
            rows.append(row if near else row._replace(address="", port=0))
    return sorted(rows, key=_order)


def _row(registry: Registry, local: Networks, mac: str) -> LanDevice | None:
    # An address that was reported from elsewhere is hidden: an attacker could
    # have sent it to lead people astray.
    device = registry.devices.get(mac)
    checkin = registry.checkins.get(mac)
    number = device.number if device else ""
    host = _boundHost(registry, local, number)
    seen = checkin if checkin and local.contains(checkin.public_ip) else None
    if seen is None and not host:
        return None
    account = registry.accounts.get(number)
    product = device.product if device else ""
    name = (account.nickname if account else "") or _reportedName(seen) or product
    port = 0
    if seen and (seen.private_ip or not host):
        host, port = seen.private_ip or seen.public_ip, seen.private_port
    return LanDevice(name, host, port, number, mac, *_model(device, seen))


def _boundHost(registry: Registry, local: Networks, number: str) -> str:
    for binding in registry.bindings.get(number, ()):
        if local.contains(binding.host):
            return binding.host
    return ""


def _reportedName(checkin: CheckIn | None) -> str:
    return (checkin.name or checkin.product) if checkin else ""


def _model(device: Device | None, checkin: CheckIn | None) -> tuple[str, str]:
    product = (device.product if device else "") or (checkin.product if checkin else "")
    return product, checkin.software_version if checkin else ""


def _order(row: LanDevice) -> tuple[str, str]:
    return (row.name.casefold(), row.mac)
