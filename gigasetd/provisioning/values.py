# -*- test-case-name: tests.provisioning.test_values -*-
"""
Parse, merge and write the values that a phone's settings are made of.

Tables of TOML lie in layers: what the program knows itself, then defaults,
model, site and device, the last one counting most.

Layer 0 (values).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

Values = dict[str, Any]

DEPTH = 8  #: tables inside tables
FIRST = datetime(2000, 1, 1)
MINUTES = 99 * 365 * 1440
"""A VERSION lies within 99 years of L{FIRST}; it only has to differ."""

_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class BadValues(ValueError):
    """
    A file of values cannot be used; the message says why.
    """


def parseValues(data: bytes) -> Values:
    """
    Parse one file.

    @raise BadValues: it is no TOML, or has a value that no setting can have.
    """
    try:
        values = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadValues(str(error)[:200]) from None
    _check(values, "")
    return values


def _check(values: Mapping[str, Any], where: str, depth: int = 1) -> None:
    """
    @raise BadValues: a value is no text, number, boolean, or table or list of
        these.
    """
    if depth > DEPTH:
        raise BadValues(f"{where}: at most {DEPTH} tables may be nested")
    for name, value in values.items():
        if isinstance(value, dict):
            _check(value, f"{where}{name}.", depth + 1)
        elif isinstance(value, list):
            if not all(isinstance(each, (str, int)) for each in value):
                raise BadValues(
                    f"{where}{name}: a list must hold texts and numbers only"
                )
        elif not isinstance(value, (str, int, float)):
            raise BadValues(
                f"{where}{name}: the value must be a text, a number, true or false"
            )


def merged(layers: Iterable[Mapping[str, Any]]) -> Values:
    """
    Merge layers, the last one counting most; a table is merged with the one
    below, any other value replaces it.
    """
    whole: Values = {}
    for layer in layers:
        for name, value in layer.items():
            below = whole.get(name)
            if isinstance(value, dict):
                base = below if isinstance(below, dict) else {}
                whole[name] = merged((base, value))
            else:
                whole[name] = value
    return whole


def fit(text: str) -> str:
    """
    Return C{text} without the characters that XML 1.0 cannot hold (section
    2.2).
    """
    return _UNFIT.sub("", text)


def framed(name: str, value: Any) -> str:
    """
    Write a value for a ProviderFrame: texts carry quotes of their own, numbers
    are decimal, lists of bytes are divided by commas.

    @param name: a name that ends in C{..attr} is a mark of the setting and no
        text.
    """
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return ",".join(
            f"0x{each:02x}" if isinstance(each, int) else each for each in value
        )
    if isinstance(value, str) and not name.endswith("..attr"):
        return f'"{value}"'
    return str(value)


def plain(value: Any) -> str:
    """
    Write a value for the nvm form.
    """
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value)


def suffix(account: int) -> str:
    """
    Return the suffix of the names of an account's settings: none for the first.
    """
    return "" if account == 1 else f"_{account}"


def versionOf(content: bytes) -> str:
    """
    Return a VERSION (C{ddmmyyhhmm}) that changes when the content does.

    It is a date calculated from the content's hash; a phone only compares it
    with the one that it has.
    """
    number = int.from_bytes(sha256(content).digest()[:8], "big") % MINUTES
    return (FIRST + timedelta(minutes=number)).strftime("%d%m%y%H%M")
