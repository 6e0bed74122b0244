# -*- test-case-name: tests.registry.test_codec -*-
"""
One change as one line of text, for the spool.

C{NUMBER KIND + FIELDS... CHECK}, or C{NUMBER KIND - KEY... CHECK}, joined by
TABs and ended by LF.  Whatever a field could forge a line with is escaped by
a backslash; the check is the CRC-32 of all that stands before its TAB.

Layer 0 (values).
"""

from __future__ import annotations

import re
from typing import Any, get_type_hints
from zlib import crc32

from gigasetd.registry.model import KINDS, Change, Kind

ENCODING = "utf-8"
ERRORS = "surrogatepass"
"""How lines become bytes; a lone surrogate, as JSON can bring it, survives."""

SET = {k.name: f"\t{k.name}\t+" + "\t%s" * len(k.type._fields) for k in KINDS.values()}
GONE = {k.name: f"\t{k.name}\t-" + "\t%s" * k.width for k in KINDS.values()}
TABS_SET = {name: form.count("\t") for name, form in SET.items()}
TABS_GONE = {name: form.count("\t") for name, form in GONE.items()}

ESCAPES = {"\\": "\\\\", "\t": "\\t", "\r": "\\r", "\n": "\\n", "\0": "\\0"}
ESCAPING = str.maketrans(ESCAPES)
MEANT = {escape: character for character, escape in ESCAPES.items()}
ESCAPED = re.compile(r"\\.?", re.DOTALL)


def _types(kind: Kind) -> list[type]:
    """
    The types of a kind's fields, in order.
    """
    hints = get_type_hints(kind.type)
    return [hints[name] for name in kind.type._fields]


def _later(kind: Kind) -> list[str]:
    """
    What stands in the fields that came with later versions.
    """
    return [str(value) for value in kind.type._field_defaults.values()]


TYPES: dict[str, list[type]] = {kind.name: _types(kind) for kind in KINDS.values()}


class BrokenLine(ValueError):
    """
    A line that L{render} cannot have written, or not to its end.
    """


def render(change: Change) -> str:
    """
    Write one change down.
    """
    number, kind, key, value = change
    if value is None:
        body = f"{number}{GONE[kind] % key}"
        tabs = TABS_GONE[kind]
    else:
        body = f"{number}{SET[kind] % value}"
        tabs = TABS_SET[kind]
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
    """
    The line without its check, each field escaped.
    """
    number, kind, key, value = change
    fields = key if value is None else value
    sign = "-" if value is None else "+"
    escaped = [str(field).translate(ESCAPING) for field in fields]
    return "\t".join([str(number), kind, sign, *escaped])


def parse(line: str) -> Change:
    """
    Read back what L{render} wrote.

    @param line: with or without its line end.
    @raise BrokenLine: it is cut off, changed or of no kind that we know.
    """
    body, tab, check = line.removesuffix("\n").rpartition("\t")
    if not tab or check != f"{crc32(body.encode(ENCODING, ERRORS)):08x}":
        raise BrokenLine("the check does not match")
    number, kind, sign, *fields = [*body.split("\t"), "", ""]
    del fields[-2:]
    if kind not in KINDS:
        raise BrokenLine(f"no such kind: {kind[:20]!r}")
    if "\\" in body:
        fields = [ESCAPED.sub(_meant, field) for field in fields]
    if sign == "-":
        return Change(int(number), kind, _key(KINDS[kind], fields), None)
    return _set(int(number), KINDS[kind], fields)


def _key(kind: Kind, fields: list[str]) -> tuple[str, ...]:
    """
    A key, if its width is right.
    """
    if len(fields) != kind.width:
        raise BrokenLine(f"{len(fields)} key fields for {kind.name}")
    return tuple(fields)


def _set(number: int, kind: Kind, fields: list[str]) -> Change:
    """
    A change that sets a value, its fields typed again.
    """
    types = TYPES[kind.name]
    if len(fields) < len(types):
        # An earlier version's spool, left by a kill -9 before the upgrade.
        later = _later(kind)
        fields = fields + later[len(later) - (len(types) - len(fields)) :]
    if len(fields) != len(types):
        raise BrokenLine(f"{len(fields)} fields for {kind.name}")
    typed: list[Any] = [
        field if form is str else form(field) for form, field in zip(types, fields)
    ]
    return Change(number, kind.name, tuple(typed[: kind.width]), kind.type._make(typed))


def _meant(found: re.Match[str]) -> str:
    """
    The character that an escape stands for.
    """
    try:
        return MEANT[found[0]]
    except KeyError:
        raise BrokenLine("an escape that does not exist") from None
