# -*- test-case-name: tests.devices.test_checkin -*-
"""
The daily check-in: merge what a device reports about itself into the registry.

The vendor's own form of it is not public.  Every request that carries the same
facts (C{/checkin}, provisioning, pages, SIP) is handled here.  Nothing here is
proven, so nothing here grants access.

Layer 2 (rules).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

from gigasetd.registry.mac import macOf
from gigasetd.registry.model import CheckIn
from gigasetd.registry.registry import Registry

GUESTS = 1000  #: check-ins stored of MACs that are not added
LONGEST = 64  #: characters stored of one reported value
RENEWAL = 60.0  #: seconds in which the same report again is not written


class Facts(NamedTuple):
    """
    One report as it came; C{""} for what it does not contain.
    """

    mac: str  #: in any usual spelling
    serial: str = ""
    item_number: str = ""
    product: str = ""
    software_version: str = ""
    private_ip: str = ""
    private_port: str = ""
    public_ip: str = ""  #: where the report came from
    name: str = ""


FIELDS = tuple(field for field in Facts._fields if field != "public_ip")
"""What a request may contain; its public address comes from the socket."""


def factsOf(parameters: Mapping[str, str], host: str) -> Facts:
    """
    Return the facts among a request's parameters.

    @param parameters: name -> value.
    @param host: the address that the request came from.
    """
    values = {field: parameters.get(field, "") for field in FIELDS}
    return Facts(**values, public_ip=host)


def report(registry: Registry, facts: Facts, now: float) -> bool:
    """
    Merge a report into what is known of its MAC.

    A fact that is missing or makes no sense leaves the known value.

    @param now: epoch seconds.
    @return: C{False} where there is no MAC, and so nothing to store.
    """
    mac = macOf(facts.mac)
    if mac is None:
        return False
    old = registry.checkins.get(mac)
    if old is None:
        _makeRoom(registry, mac)
    new = _merge(old or CheckIn(mac, now, "", "", "", "", "", 0, "", ""), facts, now)
    if old is None or _isNews(old, new):
        registry.put(new)
    return True


def guests(registry: Registry) -> list[CheckIn]:
    """
    Return the check-ins of MACs that are not added.
    """
    unknown = registry.checkins.keys() - registry.devices.keys()
    return [registry.checkins[mac] for mac in unknown]


def _makeRoom(registry: Registry, mac: str) -> None:
    # The oldest guests give way.
    if mac in registry.devices or len(registry.checkins) < GUESTS:
        return
    present = guests(registry)
    spare = len(present) - GUESTS + 1
    if spare > 0:
        present.sort(key=_seen)
        for guest in present[:spare]:
            registry.drop(guest)


def _merge(old: CheckIn, facts: Facts, now: float) -> CheckIn:
    address = addressOf(facts.private_ip)
    return CheckIn(
        old.mac,
        now,
        tidy(facts.serial) or old.serial,
        tidy(facts.item_number) or old.item_number,
        tidy(facts.product) or old.product,
        tidy(facts.software_version) or old.software_version,
        address or old.private_ip,
        portOf(facts.private_port) or old.private_port,
        addressOf(facts.public_ip) or old.public_ip,
        tidy(facts.name) or old.name,
    )


def _isNews(old: CheckIn, new: CheckIn) -> bool:
    # Worth a write: it differs, or the old one has grown old.
    return new._replace(seen=old.seen) != old or not isFresh(old, new.seen)


def isFresh(checkin: CheckIn, now: float) -> bool:
    """
    Return whether the same report again would not be written.
    """
    return 0 <= now - checkin.seen < RENEWAL


def _seen(checkin: CheckIn) -> float:
    return checkin.seen


def tidy(text: str) -> str:
    """
    Return a reported text without control characters and of bounded length.

    Categories C* also hold lone surrogates and the marks that turn the
    direction of writing, by which a name could rearrange a list.
    """
    if len(text) <= LONGEST and text.isascii() and text.isprintable():
        return text.strip()
    visible = (c for c in text[: 4 * LONGEST] if unicodedata.category(c)[0] != "C")
    return "".join(visible).strip()[:LONGEST].strip()


def addressOf(text: str) -> str:
    """
    Return an IP address in canonical spelling, C{""} where C{text} is none.

    A zone (C{%eth0}) is refused: it means nothing elsewhere, and Python takes
    any text for one.
    """
    if not text or "%" in text or len(text) > LONGEST:
        return ""
    return _canonical(text)


@lru_cache(4096)
def _canonical(text: str) -> str:
    # The same few thousand addresses report again and again.
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return ""


def portOf(text: str) -> int:
    """
    Return a port number, C{0} where C{text} is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        return 0
    port = int(text)
    return port if port <= 65535 else 0
