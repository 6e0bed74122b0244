# -*- test-case-name: tests.provisioning.test_redirect -*-
"""
Redirects: which provider's URL a device is sent to, and the six calls by which
integrators manage that.

An answer is C{[True, "OK"]}, or C{[False, "token:MAC"]}.  Where the vendor's
notes leave the behaviour open, it is this: registering a device again with the
same values succeeds, with others it fails until the device is deregistered; a
list succeeds or fails as a whole.

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
"""Redirects that are stored at most."""

_SUFFIX = re.compile(r"(.*[0-9A-Fa-f])-([0-9A-Za-z]{4})")
_URL = re.compile(r"https?://[!-~]+", re.IGNORECASE)

Reply = list[Any]


class RedirectRefused(Exception):
    """
    A call that fails for one device.

    @ivar token: the protocol's word for the reason, and the MAC as written.
    """

    def __init__(self, word: str, written: str) -> None:
        super().__init__(word)
        self.token = f"{word}:{written[:40]}"


class AcceptedRedirect(NamedTuple):
    """
    A registration that may be stored, and its answer.
    """

    redirect: Redirect
    answer: str


def register(
    registry: Registry,
    macIds: Sequence[str],
    url: str,
    name: str,
    now: float,
    showsIds: bool = True,
) -> Reply:
    """
    C{registerDevice} and C{registerDeviceList}.

    @param macIds: each a MAC, with C{-} and the four characters behind it on
        the bar code; these may be left out where they are known here.
    @param showsIds: whether the caller may learn these four characters, which open
        the device's settings and password; else it must know them.
    @return: C{OK} for each, with the four characters where they were left
        out.
    """
    results = [_accept(registry, each, url, name, now, showsIds) for each in macIds]
    faults = [each.token for each in results if isinstance(each, RedirectRefused)]
    accepted = [each for each in results if isinstance(each, AcceptedRedirect)]
    if not faults and len(registry.redirects) + len(accepted) > MOST:
        faults = ["too_many_devices:"]
    if faults or not accepted:
        return [False, *(faults or ["mac_invalid:"])]
    for each in accepted:
        registry.put(each.redirect)
    return [True, *(each.answer for each in accepted)]


def guessed(registry: Registry, macIds: Sequence[str]) -> dict[str, bool]:
    """
    Map each device of this server whose four characters C{macIds} name to whether
    they are right.

    @raise BadValue: a device comes twice, which would be two guesses at once.
    """
    right: dict[str, bool] = {}
    for written in macIds:
        try:
            mac, suffix = _split(written)
        except RedirectRefused:
            continue
        if mac in right:
            raise BadValue("a device is in the list twice")
        device = registry.devices.get(mac)
        if suffix and device and device.mac_id:
            right[mac] = suffix == device.mac_id
    return right


def _accept(
    registry: Registry, written: str, url: str, name: str, now: float, showsIds: bool
) -> Union[AcceptedRedirect, RedirectRefused]:
    try:
        mac, suffix = _split(written)
        if not (suffix or showsIds):
            raise RedirectRefused("mac_invalid", written)
        macId = _macId(registry, written, mac, suffix)
        if not validUrl(url):
            raise RedirectRefused("url_invalid", mac)
        if not validName(name):
            raise RedirectRefused("name_invalid", mac)
        known = registry.redirects.get(mac)
        new = Redirect(mac, macId, url, name, now)
        if known and known._replace(added=now) != new:
            raise RedirectRefused("mac_already_in_use", mac)
        return AcceptedRedirect(known or new, "OK" if suffix else f"OK:{macId}")
    except RedirectRefused as fault:
        return fault


def _split(written: str) -> tuple[str, str]:
    """
    @return: the MAC, and the four characters behind it, C{""} for none.
    @raise RedirectRefused: it is no MAC.
    """
    mac = macOf(written)
    if mac:
        return mac, ""
    match = _SUFFIX.fullmatch(written.strip())
    mac = macOf(match[1]) if match else None
    if match is None or mac is None:
        raise RedirectRefused("mac_invalid", written)
    return mac, match[2].upper()


def _macId(registry: Registry, written: str, mac: str, suffix: str) -> str:
    """
    @return: the four characters; without them no phone could prove itself.
    @raise RedirectRefused: they are unknown, or differ from the operator's.
    """
    device = registry.devices.get(mac)
    redirect = registry.redirects.get(mac)
    known = (device and device.mac_id) or (redirect and redirect.mac_id) or ""
    try:
        macId = checkMacId(suffix or known)
    except BadValue:
        raise RedirectRefused("mac_invalid", written) from None
    if not macId or (device and device.mac_id and device.mac_id != macId):
        raise RedirectRefused("mac_invalid", written)
    return macId


def validUrl(url: str) -> bool:
    """
    Return whether a phone could fetch this URL.
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
    Return whether a provider may have this name.
    """
    return (
        1 <= len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()
    )


def deregister(registry: Registry, macs: Sequence[str]) -> Reply:
    """
    Carry out C{deregisterDevice} and C{deregisterDeviceList}.
    """
    removed: list[Redirect] = []
    faults: list[str] = []
    for written in macs:
        try:
            removed.append(_known(registry, written, "mac_not_found"))
        except RedirectRefused as fault:
            faults.append(fault.token)
    if faults or not removed:
        return [False, *(faults or ["mac_invalid:"])]
    for redirect in removed:
        registry.drop(redirect)
    return [True, *("OK" for _ in removed)]


def _known(registry: Registry, written: str, otherwise: str) -> Redirect:
    mac, _ = _split(written)
    redirect = registry.redirects.get(mac)
    if redirect is None:
        raise RedirectRefused(otherwise, written)
    return redirect


def check(registry: Registry, written: str) -> Reply:
    """
    Answer C{checkDevice}.
    """
    try:
        return [True, *_row(_known(registry, written, "mac_not_exist"))]
    except RedirectRefused as fault:
        return [False, fault.token]


def listed(registry: Registry, name: str) -> Reply:
    """
    Answer C{listDevices}: all, or those of one provider.
    """
    return [
        _row(redirect)
        for redirect in registry.redirects.values()
        if not name or redirect.name == name
    ]


def _row(redirect: Redirect) -> list[str]:
    # MAC, name, URL, date in UTC.
    added = datetime.fromtimestamp(redirect.added, UTC)
    date = added.strftime("%Y-%m-%d %H:%M:%S")
    return [redirect.mac, redirect.name, redirect.url, date]


def secretOf(registry: Registry, mac: str) -> str:
    """
    Return the four characters by which a device proves itself; C{""} for
    unknown.
    """
    device, redirect = registry.devices.get(mac), registry.redirects.get(mac)
    return (device and device.mac_id) or (redirect and redirect.mac_id) or ""


def destination(registry: Registry, mac: str, own: str) -> str:
    """
    Return the URL of a device's settings.

    @param own: the URL on this server.
    """
    redirect = registry.redirects.get(mac)
    return redirect.url if redirect else own
