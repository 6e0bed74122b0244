# -*- test-case-name: tests.devices.test_useragent -*-
"""
Parse a User-Agent header: model, firmware, MAC and handset.

Three generations write it in three ways: C{name/firmware;more;more} today,
C{brand base firmware handset firmware} divided by blanks in 2008, and name
and twelve digits run together before that.  Only what looks like a phone is
believed: a browser must never become a device.

Layer 0 (values).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from gigasetd.registry.mac import macOf

LONGEST = 256  #: characters that are parsed

_BRAND = re.compile(r"(?:Siemens\s+)?Gigaset\s+|Siemens\s+", re.IGNORECASE)
_FIRMWARE = re.compile(
    r"\d{2,3}\.\d{3}(?:\.\d{2,9}){0,3}"  # 42.258.00.000.000, 045.025.000000
    r"|(?:\d{2,3}\.)?V\d{1,3}(?:\.\d{1,5}){1,3}"  # 83.V2.65.0, V2.53.0
    r"|R?\d{12}"  # 021400000000, R020770000000
)
_NAME = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z][A-Za-z0-9 ._-]{1,39}")
_DASHED = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)+")
_MODEL = re.compile(
    r"(?:SL|S|SE|SX|C|CL|CX|A|AS|E|DE|DL|DX|N|M|R)\d{2,3}[A-Z]{0,3}"
    r"(?: IP| DM| GO)?(?: PRO)?"
)
_OLD = re.compile(r"([A-Z]{1,2}\d{2,3} ?IP) *(R?\d{12})")
_GROUPS = {"SL37S45C47", "SL55S67"}  #: handsets named by their display only


class UserAgent(NamedTuple):
    """
    What the header tells; C{""} for what it does not.
    """

    base: str = ""  #: product name of the base, without brand
    firmware: str = ""  #: its firmware, without build mark
    mac: str = ""  #: twelve upper-case hexadecimal digits
    handset: str = ""  #: product name, or the number, of the handset
    handset_firmware: str = ""  #: its firmware


UNKNOWN = UserAgent()


def parseUserAgent(userAgent: str) -> UserAgent:
    """
    Parse a User-Agent header, of HTTP or of SIP.

    @return: L{UNKNOWN} for browsers, scripts and rubbish.
    """
    return _parsed(userAgent[:LONGEST].strip().strip('"').strip())


def isBrowser(userAgent: str) -> bool:
    """
    Return whether a browser sent the header: all call themselves Mozilla.
    """
    return userAgent.lstrip(' "').startswith(("Mozilla/", "Opera/"))


@lru_cache(4096)
def _parsed(text: str) -> UserAgent:
    # Cached: a thousand phones have one and the same firmware.
    branded = _BRAND.match(text)
    if branded:
        text = text[branded.end() :]
    if "/" in text:
        return _slashed(text)
    return _blanked(text, bool(branded))


def _slashed(text: str) -> UserAgent:
    """
    Parse C{name/firmware;more;more}, where more is a MAC, C{Handset=N} or a
    handset's C{name/firmware}.
    """
    first, *rest = text.split(";")
    base, firmware = _product(first)
    if not base:
        return UNKNOWN
    agent = UserAgent(base, firmware)
    for part in rest[:4]:
        agent = _more(agent, part.strip())
    return agent


def _more(agent: UserAgent, part: str) -> UserAgent:
    mac = macOf(part)
    if mac:
        return agent._replace(mac=mac)
    key, _, value = part.partition("=")
    if key.lower() == "handset" and value.isascii() and value[:3].isdigit():
        return agent._replace(handset=value[:3])
    handset, firmware = _product(part)
    if handset:
        return agent._replace(handset=handset, handset_firmware=firmware)
    if "/" not in part and _NAME.fullmatch(part):
        return agent._replace(handset=part)
    return agent


def _product(part: str) -> tuple[str, str]:
    """
    Parse C{name/firmware}; two empty strings where C{part} is not that.
    """
    name, _, firmware = part.partition("/")
    name, firmware = name.strip(), firmware.partition("+")[0].strip()
    if not _NAME.fullmatch(name) or not _FIRMWARE.fullmatch(firmware):
        return "", ""
    return _spaced(name), firmware


def _spaced(name: str) -> str:
    # C{N720-DM-PRO} is the C{N720 DM PRO}; the dash of C{GO-Box} is its own.
    return name.replace("-", " ") if _DASHED.fullmatch(name) else name


def _blanked(text: str, branded: bool) -> UserAgent:
    """
    Parse the older forms, without a slash.

    @param branded: whether the maker's name stood before it.
    """
    if text in _GROUPS:
        return UserAgent(handset=text)
    old = _OLD.fullmatch(text)
    if old:
        return UserAgent(old[1], old[2])
    base, firmware, rest = _untilFirmware(text.split()[:12])
    if not _NAME.fullmatch(base) or not (firmware or branded or _MODEL.fullmatch(base)):
        return UNKNOWN
    handset, second, _ = _untilFirmware(rest)
    if handset and not _NAME.fullmatch(handset):
        handset = second = ""
    return UserAgent(base, firmware, "", handset, second)


def _untilFirmware(words: list[str]) -> tuple[str, str, list[str]]:
    """
    @return: the words before the first firmware, that firmware, and the rest.
    """
    for index, word in enumerate(words):
        if _FIRMWARE.fullmatch(word):
            return " ".join(words[:index]), word, words[index + 1 :]
    return " ".join(words), "", []
