# -*- test-case-name: tests.store.postgres.test_statements -*-
"""
SQL statements for PostgreSQL, with their rows as JSON.

PostgreSQL's text holds neither NUL nor a lone surrogate.  A text with one is
stored as a backslash followed by the escaped text; so is a text that begins
with a backslash, so that the decoding is unambiguous.

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from msgspec import json

from gigasetd.registry.codec import TYPES
from gigasetd.registry.model import KINDS, Change, Kind, Value

ROWS = 200
"""Rows of one statement: encoding more would block the reactor."""

BYTES = 256 * 1024
"""Bytes of JSON after which a statement is full."""

SQL_TYPES = {str: "TEXT", int: "BIGINT", float: "DOUBLE PRECISION"}

UNIQUE = {"binding": "number, hashtextextended(key, 0), hashtextextended(key, 1)"}
"""Kind -> its unique index, where that is not the key; as in the schema."""

ORDER = {"binding": " ORDER BY number, registered"}

ESCAPES = {"\\": "\\\\", "\0": "\\0"} | {
    chr(code): f"\\u{code:04x}" for code in range(0xD800, 0xE000)
}
ESCAPING = str.maketrans(ESCAPES)
UNESCAPES = {escape: character for character, escape in ESCAPES.items()}
ESCAPED = re.compile(r"\\(?:u[0-9a-f]{4}|.)", re.DOTALL)


class RowsStatement(NamedTuple):
    """
    One statement with its rows.
    """

    kind: str
    sql: str  #: with one parameter, the JSON array of L{rows}
    rows: list[bytes]  #: JSON objects

    @property
    def json(self) -> str:
        """
        The statement's parameter.
        """
        return (b"[" + b",".join(self.rows) + b"]").decode()


class TableStatements:
    """
    The statements of one kind's table.

    @ivar insert: inserts or replaces rows.
    @ivar delete: deletes rows by key.
    @ivar select: selects all rows.
    """

    def __init__(self, kind: Kind) -> None:
        # Names of tables and columns come from our own classes, never from
        # outside.
        self.kind = kind
        types = TYPES[kind.name]
        self.fields = fields = kind.type._fields
        columns = ", ".join(fields)
        form = [f"{name} {SQL_TYPES[t]}" for name, t in zip(fields, types)]
        keys = fields[: kind.width]
        unique = UNIQUE.get(kind.name, ", ".join(keys))
        updates = ", ".join(
            f"{name} = excluded.{name}" for name in fields[kind.width :]
        )
        self.insert = (
            f"INSERT INTO {kind.name} ({columns}) SELECT {columns} "
            f"FROM json_to_recordset(%s) AS given ({', '.join(form)}) "
            f"ON CONFLICT ({unique}) DO UPDATE SET {updates}"
        )
        same = " AND ".join(f"{kind.name}.{name} = given.{name}" for name in keys)
        self.delete = (
            f"DELETE FROM {kind.name} USING json_to_recordset(%s) "
            f"AS given ({', '.join(form[: kind.width])}) WHERE {same}"
        )
        self.select = f"SELECT {columns} FROM {kind.name}{ORDER.get(kind.name, '')}"
        self._texts = _getter([place for place, t in enumerate(types) if t is str])
        self._floats = _getter([place for place, t in enumerate(types) if t is float])

    def row(self, value: Value) -> bytes:
        """
        Encode a value as a JSON object.
        """
        # The quick way, for nearly all: nothing to escape, all numbers finite.
        texts = "\t".join(("", *self._texts(value)))
        total = sum(self._floats(value))
        if "\t\\" in texts or "\0" in texts or total - total != 0.0:
            return _careful(self.fields, value)
        try:
            return json.encode(dict(zip(self.fields, value)))
        except UnicodeEncodeError:
            return _careful(self.fields, value)

    def key(self, key: tuple[str, ...]) -> bytes:
        """
        Encode a key as a JSON object.
        """
        return _careful(self.fields, key)

    def values(self, rows: Sequence[Sequence[Any]]) -> list[Value]:
        """
        Decode rows of the database.
        """
        make, texts = self.kind.type._make, self._texts
        return [
            make(map(unescaped, row))
            if "\t\\" in "\t".join(("", *texts(row)))
            else make(row)
            for row in rows
        ]


def _getter(places: list[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: tuple(row[place] for place in places)


def _careful(fields: Sequence[str], row: Sequence[Any]) -> bytes:
    return json.encode(dict(zip(fields, map(escaped, row))))


def escaped(field: Any) -> Any:
    """
    Escape a field for PostgreSQL; infinities and NaN, which JSON lacks, become
    the words that PostgreSQL casts to them.
    """
    if isinstance(field, float) and field - field != 0.0:
        return {"inf": "Infinity", "-inf": "-Infinity"}.get(repr(field), "NaN")
    if not isinstance(field, str):
        return field
    changed = field.translate(ESCAPING)
    plain = changed == field.replace("\\", "\\\\") and field[:1] != "\\"
    return field if plain else "\\" + changed


def unescaped(field: Any) -> Any:
    """
    Undo L{escaped}; an unknown escape stays as it is.
    """
    if not isinstance(field, str) or field[:1] != "\\":
        return field
    return ESCAPED.sub(lambda match: UNESCAPES.get(match[0], match[0]), field[1:])


TABLES = {name: TableStatements(kind) for name, kind in KINDS.items()}


def newest(changes: Sequence[Change]) -> list[Change]:
    """
    Select the last change of each key: a statement cannot set a row twice.
    """
    return list({(change.kind, change.key): change for change in changes}.values())


def writes(changes: Sequence[Change]) -> Iterator[RowsStatement]:
    """
    Make the statements of changes, one by one.

    @param changes: one of each key at most.
    """
    for name, table in TABLES.items():
        keys = [change.key for change in changes if _drops(change, name)]
        yield from _split(name, table.delete, map(table.key, keys))
        values = [c.value for c in changes if c.kind == name and c.value is not None]
        yield from _split(name, table.insert, map(table.row, values))


def _drops(change: Change, name: str) -> bool:
    return change.kind == name and change.value is None


def _split(kind: str, sql: str, rows: Iterator[bytes]) -> Iterator[RowsStatement]:
    part: list[bytes] = []
    size = 0
    for row in rows:
        part.append(row)
        size += len(row)
        if len(part) == ROWS or size >= BYTES:
            yield RowsStatement(kind, sql, part)
            part, size = [], 0
    if part:
        yield RowsStatement(kind, sql, part)
