# -*- test-case-name: tests.devices.test_firmware -*-
"""
Firmware files: parse the version in a file's name, compare versions.

A phone compares the version in the name with the installed one; so do we.

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from gigasetd.devices.models import Family

PATH = re.compile(r"(?:[A-Za-z0-9_+-][A-Za-z0-9._+-]{0,63}/){0,4}[A-Za-z0-9_+-]"
                  r"[A-Za-z0-9._+-]{0,99}")  # fmt: skip
"""Names of files that are served; neither hidden files nor C{..}."""

_NAMES = (
    re.compile(
        r"(?<![\d.])(?P<variant>\d{2})\.[Vv]?(?P<rest>\d{1,5}(?:\.\d{1,5}){1,4})(?!\d)"
    ),
    re.compile(r"(?P<kind>[Vv]|[-_])(?P<rest>\d{1,3}\.\d{1,5}\.\d{1,5})(?![.\d]*\d)"),
    re.compile(r"[a-z]+(?P<rest>\d{2,4})_(?P<variant>\d{2})\.bin"),
    re.compile(r"sat(?P<variant>\d{2})(?P<rest>\d{11})\.bin"),
    re.compile(r"fw(?P<rest>\d{2,4})\.bin"),
)


class ServedFile(NamedTuple):
    """
    One file of the operator's directory.
    """

    path: str  #: from the directory, with slashes
    size: int  #: bytes


class Version(NamedTuple):
    """
    A firmware's version; the parts of two compare as tuples do.
    """

    variant: int  #: build variant, 0 for unknown
    parts: tuple[int, ...]  #: without zeros at the end

    def __str__(self) -> str:
        """
        As people write it: C{42.258}, C{83.V2.65.0}.
        """
        if self.variant == 83:
            parts = (*self.parts, 0, 0)[: max(3, len(self.parts))]
            return "83.V" + ".".join(map(str, parts))
        return f"{self.variant}." + ".".join(f"{part:03d}" for part in self.parts)


class FirmwareImage(NamedTuple):
    """
    A firmware in the operator's directory.
    """

    version: Version
    file: ServedFile
    ident: str  #: the provisioning id that it fits; C{""}: all of a variant


def parseVersion(text: str) -> Version | None:
    """
    Parse a version as a phone or a person writes it: C{42.258.00.000.000},
    C{83.V2.65.0}, C{V2.65.0}.

    @return: C{None} where it has no form that we can compare.
    """
    match = re.fullmatch(r"(?:(\d{2,3})\.)?(V)?(\d{1,5}(?:\.\d{1,5}){0,4})", text[:64])
    if not match or not (match[1] or match[2]):
        return None
    variant = int(match[1] or 83)
    return _version(variant, tuple(map(int, match[3].split("."))))


def _version(variant: int, parts: tuple[int, ...]) -> Version:
    # Zeros at the end make no difference.
    while len(parts) > 1 and not parts[-1]:
        parts = parts[:-1]
    return Version(variant, parts)


def versionIn(name: str, variant: int) -> Version | None:
    """
    Return the version that a file's name carries.

    @param variant: the build variant that its directory names, 0 for none.
    """
    for form in _NAMES:
        match = form.search(name)
        if match:
            groups = match.groupdict()
            owner = int(groups.get("variant") or 0) or (
                83 if "kind" in groups else variant
            )
            digits = groups["rest"]
            if form.pattern.startswith("sat"):
                digits = digits[:3]
            return _version(owner, tuple(map(int, digits.split("."))))
    return None


def firmwareImages(files: Iterable[ServedFile]) -> list[FirmwareImage]:
    """
    Return the firmwares among the files, which lie in C{VARIANT/} or
    C{VARIANT/IDENT/}.
    """
    images = []
    for file in files:
        *folders, name = file.path.split("/")
        if len(folders) > 2 or not all(folder.isdigit() for folder in folders):
            continue
        if not name.lower().endswith(".bin"):
            continue
        variant = int(folders[0][:4]) if folders else 0
        version = versionIn(name, variant)
        if version is not None and version.variant in (variant or version.variant,):
            ident = folders[1] if len(folders) == 2 else ""
            images.append(FirmwareImage(version, file, ident))
    return images


def newer(
    stock: Iterable[FirmwareImage], family: Family, installed: str
) -> list[FirmwareImage]:
    """
    Return the firmwares that C{family} could install, the newest first; each
    version once.

    @param installed: the version as reported; where it cannot be parsed,
        everything is newer.
    """
    has = parseVersion(installed)
    variant = has.variant if has else family.variant
    fit = {
        str(each.version): each
        for each in stock
        if each.version.variant == variant
        and (not each.ident or family.ident in ("", each.ident))
        and (has is None or each.version.parts > has.parts)
    }
    return sorted(fit.values(), key=_parts, reverse=True)


def _parts(firmware: FirmwareImage) -> tuple[int, ...]:
    return firmware.version.parts
