# -*- test-case-name: tests.provisioning.test_firmwareoffers -*-
"""
Firmware for a device: what there is, and what its owner decided about it.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gigasetd.devices.firmware import FirmwareImage, newer, parseVersion
from gigasetd.devices.models import Family, familyOf
from gigasetd.errors import Refused, Unknown
from gigasetd.registry.model import Offer
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import Subject, shown

ACCEPTED, DECLINED = "accepted", "declined"
MOST = 50  #: decisions that are kept of one device; the oldest gives way


def modelOf(registry: Registry, mac: str) -> tuple[Family, str]:
    """
    What is known of a device's model.

    @return: its family and its firmware, C{""} where it told none.
    """
    device, report = registry.devices.get(mac), registry.checkins.get(mac)
    installed = report.software_version if report else ""
    product = (report.product if report else "") or (device.product if device else "")
    return familyOf(product, installed), installed


def updates(
    registry: Registry, stock: Sequence[FirmwareImage], mac: str
) -> list[FirmwareImage]:
    """
    The firmwares that are newer than what the device says it has, the newest
    first; none where it has not said.
    """
    family, installed = modelOf(registry, mac)
    if parseVersion(installed) is None:
        return []
    return newer(stock, family, installed)


def decisionOf(registry: Registry, mac: str, firmware: FirmwareImage) -> str:
    """
    What the owner decided about a firmware, C{""} for nothing yet.
    """
    offer = registry.offers.get(mac, {}).get(str(firmware.version))
    return offer.decision if offer else ""


def advertised(
    registry: Registry, found: Sequence[FirmwareImage], mac: str
) -> FirmwareImage | None:
    """
    The one that an index may tell a device of, which asks its owner itself:
    the newest that was not declined.
    """
    for firmware in found:
        if decisionOf(registry, mac, firmware) != DECLINED:
            return firmware
    return None


def installable(
    registry: Registry, found: Sequence[FirmwareImage], mac: str
) -> FirmwareImage | None:
    """
    The one that a device may be made to install: the newest that its owner
    accepted.
    """
    for firmware in found:
        if decisionOf(registry, mac, firmware) == ACCEPTED:
            return firmware
    return None


def decide(
    registry: Registry,
    stock: Sequence[FirmwareImage],
    subject: Subject,
    version: str,
    decision: str,
    now: float,
) -> Offer:
    """
    Remember what the owner wants of one version.

    @param decision: L{ACCEPTED} or L{DECLINED}.
    @raise Refused: there is no such offer, or nobody whose decision it is.
    """
    if subject.device is None:
        raise Refused("decisions are kept for added devices only")
    mac = subject.device.mac
    known = {str(each.version) for each in updates(registry, stock, mac)}
    known |= registry.offers.get(mac, {}).keys()
    wanted = parseVersion(version)
    name = str(wanted) if wanted else version
    if name not in known:
        raise Unknown(f"no version {shown(version)} is offered to {mac}")
    offer = Offer(mac, name, decision, now)
    registry.put(offer)
    _forget(registry, mac)
    return offer


def _forget(registry: Registry, mac: str) -> None:
    """
    Let the oldest decisions go where there are too many.
    """
    held = sorted(registry.offers[mac].values(), key=_decided)
    for offer in held[:-MOST]:
        registry.drop(offer)


def _decided(offer: Offer) -> float:
    """
    When it was.
    """
    return offer.decided


def offersView(
    registry: Registry, stock: Sequence[FirmwareImage], mac: str
) -> list[dict[str, Any]]:
    """
    The offers as the operator and the owner see them.
    """
    held = registry.offers.get(mac, {})
    found = []
    for firmware in updates(registry, stock, mac):
        version = str(firmware.version)
        offer = held.get(version)
        found.append(
            {
                "version": version,
                "file": firmware.file.path,
                "bytes": firmware.file.size,
                "decision": offer.decision if offer else "open",
                "decided": offer.decided if offer else None,
            }
        )
    return found
