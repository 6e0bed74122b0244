# -*- test-case-name: tests.accounts.test_csvimport -*-
"""
Import many devices from a CSV table: all of them or none.

Reading is a generator, so that the caller can serve phones in between; the
registry changes at the end, in one go.

Layer 2 (rules).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from gigasetd.accounts.enrolment import commit, propose, stale
from gigasetd.accounts.proposal import Claims, NewDevice, Numbering, Proposal
from gigasetd.errors import Refused
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import shown

COLUMNS = tuple(
    "mac number password serial item_number product nickname mac_id".split()
)
NEEDED = "mac"
SLICE = 50
"""Rows between two pauses: about a millisecond of work."""

MOST = 100
"""Faults that are reported; a file with more is the wrong file."""


class RowFault(NamedTuple):
    """
    One line that cannot be imported.
    """

    line: int  #: counted from 1, the header included
    reason: str


class LineNumber(NamedTuple):
    """
    The line of a row, as messages name it.
    """

    line: int

    def __str__(self) -> str:
        return f"line {self.line}"


class CsvImport:
    """
    One table that is being imported.

    @ivar rows: rows in the text, about: its line ends.
    @ivar faults: faults of the table, in the order of the lines.
    @ivar more: how many faults there were beyond L{MOST}.
    @ivar proposals: what L{commit} would do, with the line of each.
    """

    def __init__(
        self, registry: Registry, text: str, numbering: Numbering, now: float
    ) -> None:
        self._registry = registry
        self._numbering = numbering
        self._now = now
        self._claims = Claims()
        self._lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
        self.rows = text.count("\n")
        self.faults: list[RowFault] = []
        self.more = 0
        self.proposals: list[tuple[LineNumber, Proposal]] = []

    def read(self) -> Iterator[int]:
        """
        Check every row.

        @return: yields the number of rows done, every L{SLICE} rows.
        """
        reader = csv.reader(self._lines, delimiter=self._delimiter(), strict=True)
        try:
            names = self._header(next(reader, []))
            if names:
                yield from self._rows(reader, names)
        except csv.Error as error:
            self._fault(reader.line_num, f"no valid CSV: {error}")

    def _delimiter(self) -> str:
        # Spreadsheets write a semicolon in countries with a decimal comma.
        header = self._lines.readline()
        self._lines.seek(0)
        return ";" if ";" in header and "," not in header else ","

    def _header(self, row: list[str]) -> list[str]:
        names = [name.strip().lower() for name in row]
        wrong = [name for name in names if name not in COLUMNS]
        if NEEDED not in names:
            self._fault(1, f"the header row must be {','.join(COLUMNS)}")
        elif wrong:
            self._fault(1, f"unknown column {shown(wrong[0])}")
        elif len(set(names)) < len(names):
            self._fault(1, "the header names a column twice")
        return [] if self.faults else names

    def _rows(self, reader: Iterator[list[str]], names: list[str]) -> Iterator[int]:
        before = 1
        for count, row in enumerate(reader, 1):
            # A quoted field may hold line ends: a row is named by its first.
            line, before = before + 1, reader.line_num  # type: ignore[attr-defined]
            if any(row):
                self._row(LineNumber(line), row, names)
            if count % SLICE == 0:
                yield count

    def _row(self, place: LineNumber, row: list[str], names: list[str]) -> None:
        if len(row) != len(names):
            self._fault(place.line, f"{len(row)} fields instead of {len(names)}")
            return
        fields = {
            name: text if name == "password" else text.strip()
            for name, text in zip(names, row)
        }
        try:
            proposal = propose(
                self._registry,
                NewDevice(**fields),  # type: ignore[arg-type]
                self._numbering,
                self._claims,
                self._now,
            )
        except Refused as refusal:
            self._fault(place.line, str(refusal))
            return
        self._claims.take(proposal, place)
        self.proposals.append((place, proposal))

    def _fault(self, line: int, reason: str) -> None:
        if len(self.faults) < MOST:
            self.faults.append(RowFault(line, reason))
        else:
            self.more += 1

    def commit(self) -> int:
        """
        Add every device, or none where there are faults.

        The registry may have changed since the rows were read, so that each
        proposal is checked again.

        @return: the number of the last change.
        """
        registry = self._registry
        for place, proposal in self.proposals:
            if not self.faults and stale(registry, proposal):
                self._fault(
                    place.line,
                    "its MAC, number or nickname was taken during the import",
                )
        if not self.faults:
            for _, proposal in self.proposals:
                # The key may have changed since the rows were read.
                account = self._numbering.sealer.renewed(proposal.account)
                commit(registry, proposal._replace(account=account))
        return registry.journal.number
