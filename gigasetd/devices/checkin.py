# -*- test-case-name: tests.devices.test_checkin -*-
"""
The daily hello: what a device tells about itself, merged into what is known.

The vendor's own form of it is not public.  Whatever request carries the same
facts (C{/checkin}, provisioning, pages, SIP) comes here.  Nothing here is
proven, so nothing here opens a door.

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

GUESTS = 1000  #: check-ins kept of MACs that nobody has added
LONGEST = 64  #: characters kept of one reported value
RENEWAL = 60.0  #: seconds in which the same report again is no news


class Facts(NamedTuple):
    """
    One report, as it came; C{""} for what was not told.
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
"""What a request may tell; its public address is seen, not told."""


def factsOf(told: Mapping[str, str], host: str) -> Facts:
    """
    The facts among a request's parameters.

    @param told: parameter name -> value.
    @param host: the address that the request came from.
    """
    values = {field: told.get(field, "") for field in FIELDS}
    return Facts(**values, public_ip=host)


def report(registry: Registry, facts: Facts, now: float) -> bool:
    """
    Merge a report into what is known of its MAC.

    A fact that was not told, or has no sense, leaves what was known.

    @param now: epoch seconds.
    @return: C{False} where there is no MAC, and so nothing to keep.
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
    The check-ins of MACs that nobody has added.
    """
    strangers = registry.checkins.keys() - registry.devices.keys()
    return [registry.checkins[mac] for mac in strangers]


def _makeRoom(registry: Registry, mac: str) -> None:
    """
    Let the oldest guests go where C{mac} would be one too many.
    """
    if mac in registry.devices or len(registry.checkins) < GUESTS:
        return
    present = guests(registry)
    spare = len(present) - GUESTS + 1
    if spare > 0:
        present.sort(key=_seen)
        for guest in present[:spare]:
            registry.drop(guest)


def _merge(old: CheckIn, facts: Facts, now: float) -> CheckIn:
    """
    C{old} with what C{facts} tells.
    """
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
    """
    Whether C{new} is worth a write: it differs, or C{old} has grown old.
    """
    return new._replace(seen=old.seen) != old or not isFresh(old, new.seen)


def isFresh(checkin: CheckIn, now: float) -> bool:
    """
    Whether the same report again would be no news.
    """
    return 0 <= now - checkin.seen < RENEWAL


def _seen(checkin: CheckIn) -> float:
    """
    When it came.
    """
    return checkin.seen


def tidy(text: str) -> str:
    """
    A reported text without control characters and of bounded length.

    Categories C* also hold lone surrogates and the marks that turn the
    direction of writing, by which a name could rearrange a list.
    """
    if len(text) <= LONGEST and text.isascii() and text.isprintable():
        return text.strip()
    kept = (c for c in text[: 4 * LONGEST] if unicodedata.category(c)[0] != "C")
    return "".join(kept).strip()[:LONGEST].strip()


def addressOf(text: str) -> str:
    """
    An IP address in its usual spelling, C{""} where it is none.

    A zone (C{%eth0}) is refused: it means nothing elsewhere, and Python takes
    any text for one.
    """
    if not text or "%" in text or len(text) > LONGEST:
        return ""
    return _usual(text)


@lru_cache(4096)
def _usual(text: str) -> str:
    """
    As L{addressOf}; the same few thousand addresses report again and again.
    """
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return ""


def portOf(text: str) -> int:
    """
    A port number, C{0} where it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        return 0
    port = int(text)
    return port if port <= 65535 else 0
