# -*- test-case-name: tests.directory.test_bookfile -*-
"""
Parse files of address books: vCards, or a table with a header row.

The table's columns are C{last, first, nickname, home, mobile, office, fax, sip,
email, street, zip, city}, any of them in any order; C{name} and C{company}
stand for C{last}.

Layer 0 (values).
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from gigasetd.directory.entry import FIELDS, contactOf
from gigasetd.directory.vcard import BookFault, EntryOrFault, isCards, readCards
from gigasetd.errors import BadValue

OTHERWISE = {"name": "last", "company": "last"}  #: other names of columns
COLUMNS = (*FIELDS, *OTHERWISE)

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decoded(data: bytes) -> str:
    """
    Decode a file: by its byte order mark, else as UTF-8, else as ISO 8859-1,
    which accepts any bytes.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def readBook(text: str) -> Iterator[EntryOrFault]:
    """
    Parse a file: yields its entries, and what could not be parsed.
    """
    return readCards(text) if isCards(text) else readTable(text)


def readTable(text: str) -> Iterator[EntryOrFault]:
    """
    Parse a table: yields its entries, and what could not be parsed.
    """
    lines = io.StringIO(text, newline="")
    header = lines.readline()
    lines.seek(0)
    # Spreadsheets of countries with a decimal comma write semicolons.
    delimiter = ";" if ";" in header and "," not in header else ","
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        yield from _entries(rows)
    except csv.Error:
        yield BookFault(rows.line_num, "no valid CSV from here on")


def _entries(rows: Iterator[list[str]]) -> Iterator[EntryOrFault]:
    names = [name.strip().lower() for name in next(rows, [])]
    fault = _headerFault(names)
    if fault:
        yield BookFault(1, fault)
        return
    before = 1
    for row in rows:
        # A quoted field may hold line ends: a row is named by its first.
        line, before = before + 1, rows.line_num  # type: ignore[attr-defined]
        if any(row):
            yield _entry(names, row, line)


def _headerFault(names: list[str]) -> str:
    # C{""} where the header is right.
    known = [OTHERWISE.get(name, name) for name in names]
    if not set(known) & set(FIELDS):
        return f"the header row must name some of these columns: {', '.join(COLUMNS)}"
    if set(known) - set(FIELDS):
        return f"unknown column; the columns are {', '.join(COLUMNS)}"
    return "two columns have the same name" if len(set(known)) < len(known) else ""


def _entry(names: list[str], row: list[str], line: int) -> EntryOrFault:
    if len(row) != len(names):
        return BookFault(line, f"{len(row)} fields instead of {len(names)}")
    try:
        fields = {OTHERWISE.get(name, name): text for name, text in zip(names, row)}
        return contactOf(fields)
    except BadValue as error:
        return BookFault(line, str(error))
