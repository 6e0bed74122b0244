# -*- test-case-name: tests.provisioning.test_redirect -*-
"""
Where a device is sent that asks who provisions it, and the six things that
an integrator's script may do about that.

An answer is C{[True, "OK"]}, or C{[False, "token:MAC"]}.  What the vendor's
notes leave open is decided so: a registration of the same device with the
same values is fine, one with others is refused until it is deregistered; a
list is taken whole or not at all.

Layer 2 (rules).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Union
from urllib.parse import urlsplit

from gigasetd.accounts.validation import checkMacId
from gigasetd.errors import BadValue
from gigasetd.registry.mac import macOf
from gigasetd.registry.model import Redirect
from gigasetd.registry.registry import Registry

LONGEST_URL = 1024
LONGEST_NAME = 64
MOST = 20000
"""Redirects in all."""

_SUFFIX = re.compile(r"(.*[0-9A-Fa-f])-([0-9A-Za-z]{4})")
_URL = re.compile(r"https?://[!-~]+", re.IGNORECASE)

Reply = list[Any]


class RedirectRefused(Exception):
    """
    Why something was not done.

    @ivar token: the word for it, and the MAC as it was given.
    """

    def __init__(self, word: str, given: str) -> None:
        super().__init__(word)
        self.token = f"{word}:{given[:40]}"


class AcceptedRedirect(NamedTuple):
    """
    A registration that may be made, and what to tell of it.
    """

    redirect: Redirect
    told: str


def register(
    registry: Registry, macIds: Sequence[str], url: str, name: str, now: float
) -> Reply:
    """
    C{registerDevice} and C{registerDeviceList}.

    @param macIds: each a MAC, with C{-} and the four characters behind it on
        the bar code; these may be left out where they are known here.
    @return: C{OK} for each, with the four characters where they were left
        out.
    """
    found = [_bid(registry, each, url, name, now) for each in macIds]
    faults = [each.token for each in found if isinstance(each, RedirectRefused)]
    bidden = [each for each in found if isinstance(each, AcceptedRedirect)]
    if not faults and len(registry.redirects) + len(bidden) > MOST:
        faults = ["too_many_devices:"]
    if faults or not bidden:
        return [False, *(faults or ["mac_invalid:"])]
    for each in bidden:
        registry.put(each.redirect)
    return [True, *(each.told for each in bidden)]


def _bid(
    registry: Registry, given: str, url: str, name: str, now: float
) -> Union[AcceptedRedirect, RedirectRefused]:
    """
    Look at one registration.
    """
    try:
        mac, told = _split(given)
        macId = _macId(registry, given, mac, told)
        if not validUrl(url):
            raise RedirectRefused("url_invalid", mac)
        if not validName(name):
            raise RedirectRefused("name_invalid", mac)
        known = registry.redirects.get(mac)
        new = Redirect(mac, macId, url, name, now)
        if known and known._replace(added=now) != new:
            raise RedirectRefused("mac_already_in_use", mac)
        return AcceptedRedirect(known or new, "OK" if told else f"OK:{macId}")
    except RedirectRefused as fault:
        return fault


def _split(given: str) -> tuple[str, str]:
    """
    A MAC, and the four characters behind it, C{""} where there are none.

    @raise Fault: it is no MAC.
    """
    mac = macOf(given)
    if mac:
        return mac, ""
    found = _SUFFIX.fullmatch(given.strip())
    mac = macOf(found[1]) if found else None
    if found is None or mac is None:
        raise RedirectRefused("mac_invalid", given)
    return mac, found[2].upper()


def _macId(registry: Registry, given: str, mac: str, told: str) -> str:
    """
    The four characters; without them no phone could prove itself.

    @raise Fault: they are not known, or others than the operator's.
    """
    device = registry.devices.get(mac)
    redirect = registry.redirects.get(mac)
    known = (device and device.mac_id) or (redirect and redirect.mac_id) or ""
    try:
        macId = checkMacId(told or known)
    except BadValue:
        raise RedirectRefused("mac_invalid", given) from None
    if not macId or (device and device.mac_id and device.mac_id != macId):
        raise RedirectRefused("mac_invalid", given)
    return macId


def validUrl(url: str) -> bool:
    """
    Whether a phone could go there.
    """
    if len(url) > LONGEST_URL or not _URL.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def validName(name: str) -> bool:
    """
    Whether a provider may be called so.
    """
    return (
        1 <= len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()
    )


def deregister(registry: Registry, macs: Sequence[str]) -> Reply:
    """
    C{deregisterDevice} and C{deregisterDeviceList}.
    """
    found: list[Redirect] = []
    faults: list[str] = []
    for given in macs:
        try:
            found.append(_known(registry, given, "mac_not_found"))
        except RedirectRefused as fault:
            faults.append(fault.token)
    if faults or not found:
        return [False, *(faults or ["mac_invalid:"])]
    for redirect in found:
        registry.drop(redirect)
    return [True, *("OK" for _ in found)]


def _known(registry: Registry, given: str, otherwise: str) -> Redirect:
    """
    The redirect of one device.

    @raise Fault: there is none.
    """
    mac, _ = _split(given)
    redirect = registry.redirects.get(mac)
    if redirect is None:
        raise RedirectRefused(otherwise, given)
    return redirect


def check(registry: Registry, given: str) -> Reply:
    """
    C{checkDevice}.
    """
    try:
        return [True, *_row(_known(registry, given, "mac_not_exist"))]
    except RedirectRefused as fault:
        return [False, fault.token]


def listed(registry: Registry, name: str) -> Reply:
    """
    C{listDevices}: all, or those of one provider.
    """
    return [
        _row(redirect)
        for redirect in registry.redirects.values()
        if not name or redirect.name == name
    ]


def _row(redirect: Redirect) -> list[str]:
    """
    A redirect as it is told: MAC, name, URL, date in UTC.
    """
    added = datetime.fromtimestamp(redirect.added, UTC)
    date = added.strftime("%Y-%m-%d %H:%M:%S")
    return [redirect.mac, redirect.name, redirect.url, date]


def secretOf(registry: Registry, mac: str) -> str:
    """
    What a device proves itself with; C{""} where nobody knows it.
    """
    device, redirect = registry.devices.get(mac), registry.redirects.get(mac)
    return (device and device.mac_id) or (redirect and redirect.mac_id) or ""


def destination(registry: Registry, mac: str, own: str) -> str:
    """
    Where a device goes for its settings.

    @param own: the address of ours for it.
    """
    redirect = registry.redirects.get(mac)
    return redirect.url if redirect else own
