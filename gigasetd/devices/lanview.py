# -*- test-case-name: tests.devices.test_lanview -*-
"""
The devices of the local network, as its browsers may see them.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from gigasetd.config.networks import Networks
from gigasetd.devices.household import prefixOf
from gigasetd.registry.model import CheckIn, Device
from gigasetd.registry.registry import Registry

SHOWN = 1000  #: devices on one page


class LanDevice(NamedTuple):
    """
    One device, as one row.
    """

    name: str
    address: str  #: inside the local network; C{""} when not known
    port: int  #: of its own web page; 0 when not told
    number: str  #: C{""} for a guest
    mac: str
    product: str = ""
    firmware: str = ""  #: what it last reported that it runs

    def url(self) -> str:
        """
        Where its own web page is, C{""} when not known.
        """
        if not self.address:
            return ""
        host = f"[{self.address}]" if ":" in self.address else self.address
        port = f":{self.port}" if self.port not in (0, 80) else ""
        return f"http://{host}{port}/"


def lanDevices(
    registry: Registry, local: Networks, here: Iterable[str]
) -> list[LanDevice]:
    """
    The devices whose last report or registration came from the local
    network, by name, at most L{SHOWN} of them; guests are among them.

    @param here: the MACs that may be near.
    """
    rows = (_row(registry, local, mac) for mac in here)
    found = list(islice((row for row in rows if row is not None), SHOWN))
    return sorted(found, key=_order)


def ownDevices(registry: Registry, number: str) -> list[LanDevice]:
    """
    The device of one account, wherever it is, as its owner may see it.
    """
    mac = registry.macs.get(number, "")
    device, checkin = registry.devices.get(mac), registry.checkins.get(mac)
    if device is None:
        return []
    account = registry.accounts.get(number)
    name = (account.nickname if account else "") or _reportedName(checkin)
    address = checkin.private_ip if checkin else ""
    port = checkin.private_port if checkin else 0
    what = _what(device, checkin)
    return [LanDevice(name or device.product, address, port, number, mac, *what)]


def householdDevices(
    registry: Registry, number: str, household: Iterable[str]
) -> list[LanDevice]:
    """
    The devices of one account's household, by name; its own is among them.

    Of the others no private address is told that was reported from elsewhere.
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
    """
    One device, or C{None} where it is not near.

    An address that was reported from elsewhere is not shown: a stranger could
    have sent it to lead people astray.
    """
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
    return LanDevice(name, host, port, number, mac, *_what(device, seen))


def _boundHost(registry: Registry, local: Networks, number: str) -> str:
    """
    The local address that a number is registered from, C{""} for none.
    """
    for binding in registry.bindings.get(number, ()):
        if local.contains(binding.host):
            return binding.host
    return ""


def _reportedName(checkin: CheckIn | None) -> str:
    """
    What a report calls its device.
    """
    return (checkin.name or checkin.product) if checkin else ""


def _what(device: Device | None, checkin: CheckIn | None) -> tuple[str, str]:
    """
    Model and firmware, C{""} for what is not known.
    """
    product = (device.product if device else "") or (checkin.product if checkin else "")
    return product, checkin.software_version if checkin else ""


def _order(row: LanDevice) -> tuple[str, str]:
    """
    By name, then by MAC.
    """
    return (row.name.casefold(), row.mac)
