# -*- test-case-name: tests.provisioning.test_firmwareoffers -*-
"""
Firmware updates for a device, and what its owner decided about them.

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
MOST = 50  #: decisions that are stored of one device; the oldest gives way


def modelOf(registry: Registry, mac: str) -> tuple[Family, str]:
    """
    Return the family of a device and its installed firmware.

    @return: the family, and the version, C{""} where it is unknown.
    """
    device, report = registry.devices.get(mac), registry.checkins.get(mac)
    installed = report.software_version if report else ""
    product = (report.product if report else "") or (device.product if device else "")
    return familyOf(product, installed), installed


def updates(
    registry: Registry, stock: Sequence[FirmwareImage], mac: str
) -> list[FirmwareImage]:
    """
    Return the firmwares that are newer than the installed one, the newest
    first; none where that one is unknown.
    """
    family, installed = modelOf(registry, mac)
    if parseVersion(installed) is None:
        return []
    return newer(stock, family, installed)


def decisionOf(registry: Registry, mac: str, firmware: FirmwareImage) -> str:
    """
    Return what the owner decided about a firmware, C{""} for nothing yet.
    """
    offer = registry.offers.get(mac, {}).get(str(firmware.version))
    return offer.decision if offer else ""


def advertised(
    registry: Registry, candidates: Sequence[FirmwareImage], mac: str
) -> FirmwareImage | None:
    """
    Return the firmware that the update index offers; the device then asks its
    owner.

    @return: the newest that was not declined.
    """
    for firmware in candidates:
        if decisionOf(registry, mac, firmware) != DECLINED:
            return firmware
    return None


def installable(
    registry: Registry, candidates: Sequence[FirmwareImage], mac: str
) -> FirmwareImage | None:
    """
    Return the firmware that a device may be made to install.

    @return: the newest that its owner accepted.
    """
    for firmware in candidates:
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
    Store the owner's decision about one version.

    @param decision: L{ACCEPTED} or L{DECLINED}.
    @raise Refused: the device is not added, so that it has no owner.
    @raise Unknown: that version is not offered to it.
    """
    if subject.device is None:
        raise Refused("only an added device has an owner who can decide")
    mac = subject.device.mac
    known = {str(image.version) for image in updates(registry, stock, mac)}
    known |= registry.offers.get(mac, {}).keys()
    wanted = parseVersion(version)
    name = str(wanted) if wanted else version
    if name not in known:
        raise Unknown(f"no version {shown(version)} is offered to {mac}")
    offer = Offer(mac, name, decision, now)
    registry.put(offer)
    _trim(registry, mac)
    return offer


def _trim(registry: Registry, mac: str) -> None:
    # The oldest decisions give way.
    held = sorted(registry.offers[mac].values(), key=_decided)
    for offer in held[:-MOST]:
        registry.drop(offer)


def _decided(offer: Offer) -> float:
    return offer.decided


def offersView(
    registry: Registry, stock: Sequence[FirmwareImage], mac: str
) -> list[dict[str, Any]]:
    """
    Return the offers as the operator and the owner see them.
    """
    held = registry.offers.get(mac, {})
    offers = []
    for firmware in updates(registry, stock, mac):
        version = str(firmware.version)
        offer = held.get(version)
        offers.append(
            {
                "version": version,
                "file": firmware.file.path,
                "bytes": firmware.file.size,
                "decision": offer.decision if offer else "open",
                "decided": offer.decided if offer else None,
            }
        )
    return offers
