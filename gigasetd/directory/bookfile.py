# -*- test-case-name: tests.directory.test_bookfile -*-
"""
Files with many entries: vCards, or a table with a header row.

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
    A file's text: in the form that its mark tells, else UTF-8, else ISO
    8859-1, which everything can be.
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
    The entries of a file, one by one, and what could not be read.
    """
    return readCards(text) if isCards(text) else readTable(text)


def readTable(text: str) -> Iterator[EntryOrFault]:
    """
    The entries of a table.
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
        yield BookFault(rows.line_num, "no CSV from here on")


def _entries(rows: Iterator[list[str]]) -> Iterator[EntryOrFault]:
    """
    The entries behind the header.
    """
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
    """
    What is wrong with the names of the columns, C{""} for nothing.
    """
    known = [OTHERWISE.get(name, name) for name in names]
    if not set(known) & set(FIELDS):
        return f"the header row must name columns of {', '.join(COLUMNS)}"
    if set(known) - set(FIELDS):
        return f"there are no columns but {', '.join(COLUMNS)}"
    return "two columns are the same" if len(set(known)) < len(known) else ""


def _entry(names: list[str], row: list[str], line: int) -> EntryOrFault:
    """
    One row.
    """
    if len(row) != len(names):
        return BookFault(line, f"{len(row)} fields instead of {len(names)}")
    try:
        fields = {OTHERWISE.get(name, name): text for name, text in zip(names, row)}
        return contactOf(fields)
    except BadValue as error:
        return BookFault(line, str(error))
