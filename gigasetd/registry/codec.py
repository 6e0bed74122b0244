# -*- test-case-name: tests.registry.test_codec -*-
"""
The spool's format: one change in one line of text.

C{NUMBER KIND + FIELDS... CHECK} sets a value, C{NUMBER KIND - KEY... CHECK}
removes one; TABs separate the fields, LF ends the line.  Backslashes escape
TAB, CR, LF, NUL and backslash.  The check is the CRC-32, in hexadecimal, of
the line before its last TAB.

Layer 0 (values).
"""

from __future__ import annotations

import re
from typing import Any, get_type_hints
from zlib import crc32

from gigasetd.registry.model import KINDS, Change, Kind

ENCODING = "utf-8"
ERRORS = "surrogatepass"
"""How lines become bytes; a lone surrogate, which JSON may contain, survives."""

SET = {k.name: f"\t{k.name}\t+" + "\t%s" * len(k.type._fields) for k in KINDS.values()}
REMOVED = {k.name: f"\t{k.name}\t-" + "\t%s" * k.width for k in KINDS.values()}
TABS_SET = {name: form.count("\t") for name, form in SET.items()}
TABS_REMOVED = {name: form.count("\t") for name, form in REMOVED.items()}

ESCAPES = {"\\": "\\\\", "\t": "\\t", "\r": "\\r", "\n": "\\n", "\0": "\\0"}
ESCAPING = str.maketrans(ESCAPES)
UNESCAPES = {escape: character for character, escape in ESCAPES.items()}
ESCAPED = re.compile(r"\\.?", re.DOTALL)


def _types(kind: Kind) -> list[type]:
    hints = get_type_hints(kind.type)
    return [hints[name] for name in kind.type._fields]


def _defaults(kind: Kind) -> list[str]:
    return [str(value) for value in kind.type._field_defaults.values()]


TYPES: dict[str, list[type]] = {kind.name: _types(kind) for kind in KINDS.values()}


class BrokenLine(ValueError):
    """
    A line that is cut off, changed or unknown; the text says which.
    """


def render(change: Change) -> str:
    """
    Encode one change.

    @return: a line with its LF.
    """
    number, kind, key, value = change
    if value is None:
        body = f"{number}{REMOVED[kind] % key}"
        tabs = TABS_REMOVED[kind]
    else:
        body = f"{number}{SET[kind] % value}"
        tabs = TABS_SET[kind]
    # Escaping costs more than all the rest, and one value in thousands needs it.
    if (
        body.count("\t") != tabs
        or "\\" in body
        or "\n" in body
        or "\r" in body
        or "\0" in body
    ):
        body = _escaped(change)
    return f"{body}\t{crc32(body.encode(ENCODING, ERRORS)):08x}\n"


def _escaped(change: Change) -> str:
    number, kind, key, value = change
    fields = key if value is None else value
    sign = "-" if value is None else "+"
    escaped = [str(field).translate(ESCAPING) for field in fields]
    return "\t".join([str(number), kind, sign, *escaped])


def parse(line: str) -> Change:
    """
    Decode a line that L{render} encoded.

    @param line: with or without its LF.
    @raise BrokenLine: it is cut off, changed, or of an unknown kind.
    """
    body, tab, check = line.removesuffix("\n").rpartition("\t")
    if not tab or check != f"{crc32(body.encode(ENCODING, ERRORS)):08x}":
        raise BrokenLine("the check does not match")
    number, kind, sign, *fields = [*body.split("\t"), "", ""]
    del fields[-2:]
    if kind not in KINDS:
        raise BrokenLine(f"no such kind: {kind[:20]!r}")
    if "\\" in body:
        fields = [ESCAPED.sub(_unescaped, field) for field in fields]
    if sign == "-":
        return Change(int(number), kind, _key(KINDS[kind], fields), None)
    return _set(int(number), KINDS[kind], fields)


def _key(kind: Kind, fields: list[str]) -> tuple[str, ...]:
    if len(fields) != kind.width:
        raise BrokenLine(f"{len(fields)} key fields for {kind.name}")
    return tuple(fields)


def _set(number: int, kind: Kind, fields: list[str]) -> Change:
    types = TYPES[kind.name]
    if len(fields) < len(types):
        # An earlier version wrote the spool before it was killed and upgraded; it
        # lacks the fields that were added since.
        defaults = _defaults(kind)
        fields = fields + defaults[len(defaults) - (len(types) - len(fields)) :]
    if len(fields) != len(types):
        raise BrokenLine(f"{len(fields)} fields for {kind.name}")
    typed: list[Any] = [
        field if form is str else form(field) for form, field in zip(types, fields)
    ]
    return Change(number, kind.name, tuple(typed[: kind.width]), kind.type._make(typed))


def _unescaped(match: re.Match[str]) -> str:
    try:
        return UNESCAPES[match[0]]
    except KeyError:
        raise BrokenLine("an escape that does not exist") from None
