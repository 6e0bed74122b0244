# -*- test-case-name: tests.provisioning.test_updateserver -*-
"""
Answer the paths of the update and profile server, and collect the values of a
phone's settings.

Layer 2 (rules).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from gigasetd.devices.firmware import FirmwareImage
from gigasetd.devices.models import Family
from gigasetd.provisioning.updateindex import (
    BASELINES,
    FOLDER,
    FORMAT,
    NEXT,
    PROVISIONERS,
    Baseline,
    named,
    profile,
)
from gigasetd.provisioning.values import Values, versionOf
from gigasetd.registry.mac import macOf
from gigasetd.registry.model import Account, Device

USUAL = "http://%DURL/%MACD.xml"
"""Where a phone fetches its own settings, whatever its provisioner's code."""

CODE = "000"
"""The code that the index names where the operator has none."""

_SETTINGS = re.compile(r"([0-9A-Fa-f]{2}[:-]?(?:[0-9A-Fa-f]{2}[:-]?){4}"
                       r"[0-9A-Fa-f]{2})\.xml")  # fmt: skip
_LEVEL = re.compile(r"(sifsroot|sih|sit|siu)(?:_([0-9x]{1,3}))?\.bin")
_PROFILE = re.compile(r"d_[A-Za-z0-9_.-]{1,48}\.bin")
_DVID = re.compile(r"([0-9]{1,5})/([0-9]{1,5})")


class UpdatePath(NamedTuple):
    """
    A parsed path below C{/device/}.
    """

    path: str  #: what follows C{/device/}
    name: str  #: its last segment
    variant: str = ""  #: build variant, C{""} where the path has none
    ident: str = ""  #: provisioning id, likewise
    mac: str = ""  #: whose settings it is, C{""} for another file


def parsePath(path: str) -> UpdatePath:
    """
    Parse a path.

    @param path: what follows C{/device/}, decoded and without dots.
    """
    folder, _, name = path.rpartition("/")
    match = _SETTINGS.fullmatch(name)
    mac = (macOf(match[1]) or "") if match else ""
    device = _DVID.fullmatch(folder)
    variant, ident = (device[1], device[2]) if device else ("", "")
    return UpdatePath(path, name, variant, ident, mac)


class ServerAddress(NamedTuple):
    """
    Where phones reach this server.
    """

    domain: str  #: of SIP addresses
    address: str  #: host name or address
    base: str  #: of HTTP, without a slash at the end
    sip: int  #: port of SIP over UDP
    expires: int  #: seconds between two registrations


# the index


def index(
    request: UpdatePath,
    offered: FirmwareImage | None,
    codes: Mapping[str, str],
    info: str,
) -> bytes | None:
    """
    Return a file of the update index that this server generates.

    @param offered: the firmware to offer, if any.
    @param codes: provisioner code -> URL format; C{""} is the usual one.
    @param info: the URL of the Info Center, C{""} for none.
    @return: C{None} where the path names no such file.
    """
    level = _LEVEL.fullmatch(request.name)
    if level:
        return _level(level[1], level[2] or "", codes)
    if request.name == "master.bin" and request.variant:
        return master(offered is not None)
    if request.name == "baselines.bin" and request.variant:
        return baselines(request, offered)
    if _PROFILE.fullmatch(request.name):
        return provider(request.name, info)
    return None


def master(updates: bool) -> bytes:
    """
    Return the root of the index.

    @param updates: whether there is a firmware to offer.
    """
    first = named(BASELINES, "baselines.bin") if updates else b""
    codes = named(PROVISIONERS, "../../sifs/sifsroot.bin")
    return first + codes + named(FOLDER, "webuil/") + named(FOLDER, "sht/")


def baselines(request: UpdatePath, offered: FirmwareImage | None) -> bytes:
    """
    Return the firmware to offer; empty for none.

    The number is the version's first part (258 of 42.258); the meaning of the
    two marks is unknown.
    """
    if offered is None or offered.version.parts[0] > 0xFFFF:
        return b""
    folder, _, name = offered.file.path.rpartition("/")
    here = f"{request.variant}/{request.ident}"
    path = name if folder == here else f"../../{offered.file.path}"
    if folder == request.variant:
        path = f"../{name}"
    return Baseline(offered.version.parts[0], path).encode()


def _level(level: str, digits: str, codes: Mapping[str, str]) -> bytes:
    """
    One level of the way to a provisioner's URL: all codes, the hundreds, the
    tens, one code.

    A level that is not configured leads on to a code of its own, so that any
    code ends at some URL.
    """
    digits = digits.rstrip("x")
    known = sorted(code for code in codes if code) or [CODE]
    if level == "siu":
        return named(FORMAT, codes.get(digits) or codes.get("") or USUAL)
    depth = {"sifsroot": 0, "sih": 1, "sit": 2}[level]
    start = (digits or known[0])[:depth]
    below = sorted({code[: depth + 1] for code in known if code.startswith(start)})
    names = ("sih", "sit", "siu")
    return b"".join(
        named(NEXT, f"../../sifs/{names[depth]}_{each.ljust(3, 'x')}.bin")
        for each in below or [start.ljust(depth, "0") + "0"]
    )


def provider(name: str, info: str) -> bytes:
    """
    Return a provider profile; the same for every phone, and so without an
    account.
    """
    settings = [("S_INFO_SERVICE_URL", info)] if info else []
    whole = profile("", name, settings)
    return profile(versionOf(whole), name, settings)


# one phone's settings


def settings(
    device: Device,
    account: Account | None,
    password: str,
    server: ServerAddress,
    family: Family,
    update: FirmwareImage | None,
) -> Values:
    """
    Collect the values of one phone's settings.

    @param password: in clear; C{""} where it is unknown, and then the phone
        keeps the account that its factory configured.
    @param update: the firmware that its owner wants, if any.
    """
    voip = account is not None and account.offers("voip")
    info = account is not None and account.offers("info")
    return {
        "mac": device.mac,
        "family": family.name,
        "product": device.product,
        "profile_name": "gigasetd",
        "number": device.number,
        "handsets": ["00001"],
        "add_handsets": False,
        "server": _server(server),
        "sip": _sip(account, password, server) if voip else {},
        "info": _info(server) if info else {},
        "firmware": _firmware(update, server),
        "frame": {},
        "nvm": {},
        "profile": {},
    }


def _server(server: ServerAddress) -> Values:
    return {
        "domain": server.domain,
        "address": server.address,
        "base": server.base,
        "data": server.base.partition("://")[2] + "/device",
    }


def _sip(account: Account | None, password: str, server: ServerAddress) -> Values:
    # Empty where the password is unknown.
    if account is None or not password:
        return {}
    return {
        "account": 1,
        "name": "Gigaset.net",
        "display": account.nickname or account.number,
        "user": account.number,
        "login": account.number,
        "password": password,
        "domain": server.domain,
        "server": server.address,
        "port": server.sip,
        "expires": server.expires,
        "stun": False,
        "stun_server": server.address,
        "stun_port": 3478,
        "proxy_mode": 1,
        "proxy": "",
    }


def _info(server: ServerAddress) -> Values:
    return {
        "name": "Info",
        "url": f"{server.base}/info/menu.jsp",
        "menu": f"{server.base}/xmlInterface/menu/",
    }


def _firmware(update: FirmwareImage | None, server: ServerAddress) -> Values:
    if update is None:
        return {}
    parts = (*update.version.parts, 0, 0)[: max(3, len(update.version.parts))]
    return {
        "version": ".".join(map(str, parts)),
        "url": f"{server.base}/device/{update.file.path}",
    }
