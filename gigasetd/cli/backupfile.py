# -*- test-case-name: tests.cli.test_backupfile -*-
"""
The backup file of C{gigasetctl backup}: one JSON document a line.

The first line is the header: format and columns.  Each further line is one row,
C{[kind, field, ...]}.  The last line is the number of rows, so that a truncated
file is not taken for a whole one.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from gigasetd.cli.client import CommandRefused, Progress
from gigasetd.store.atomicfile import replaced

Ask = Callable[[str, dict[str, Any]], Any]
"""Has the daemon perform a verb: (verb, arguments) -> document."""

FORMAT = 1
"""The version of the file."""

ROWS = 500
BYTES = 1024 * 1024
"""Rows, and bytes of rows, in one request."""

LONGEST = 8 * 1024 * 1024
"""Bytes of one line."""


def backup(path: Path, ask: Ask, progress: Progress) -> dict[str, Any]:
    """
    Write all data into a file that only its owner can read.

    The file is replaced when it is complete, never before.

    @return: C{{"file": path, "rows": count}}.
    @raise CommandRefused: it cannot be written, or the daemon refuses.
    """
    try:
        with replaced(path) as file:
            count = _write(file, ask, progress)
    except OSError as error:
        raise CommandRefused(f"{path}: {error.strerror}") from None
    return {"file": str(path), "rows": count}


def _write(file: BinaryIO, ask: Ask, progress: Progress) -> int:
    """
    Write all lines.

    @return: the number of rows.
    """
    begun = ask("backup begin", {})
    header, count = begun["header"], 0
    _writeLine(file, header)
    while rows := ask("backup rows", {"name": begun["name"]})["rows"]:
        for row in rows:
            _writeLine(file, row)
        count += len(rows)
        progress(count, header["rows"])
    _writeLine(file, {"end": count})
    return count


def _writeLine(file: BinaryIO, document: Any) -> None:
    file.write(json.dumps(document, separators=(",", ":")).encode() + b"\n")


def restore(path: Path, force: bool, ask: Ask, progress: Progress) -> Any:
    """
    Send a backup file's rows to the daemon, which replaces its data by them.

    @return: C{{"restored": count}}.
    @raise CommandRefused: the file is not a whole backup, or the daemon
        refuses.  Nothing is restored then.
    """
    try:
        with path.open("rb") as file:
            header = _header(path, file)
            count = _count(path, file)
            file.seek(0)
            file.readline()
            return _send(islice(file, count), count, header, force, ask, progress)
    except OSError as error:
        raise CommandRefused(f"{path}: {error.strerror}") from None
    except ValueError:
        raise CommandRefused(
            f"{path}: not a gigasetd backup, or damaged; nothing restored"
        ) from None


def _header(path: Path, file: BinaryIO) -> dict[str, Any]:
    """
    Read the first line.

    @raise CommandRefused: its format is of another version.
    @raise ValueError: it is not a backup's first line.
    """
    header = json.loads(file.readline(LONGEST))
    if not isinstance(header, dict) or header.get("gigasetd") != "backup":
        raise ValueError
    if header.get("format") != FORMAT:
        raise CommandRefused(
            f"{path}: backup format {header.get('format')} is not supported, only "
            f"{FORMAT}: restore it with the version that wrote it"
        )
    return header


def _count(path: Path, file: BinaryIO) -> int:
    """
    Count the rows.

    @raise CommandRefused: the last line does not confirm their number.
    """
    count, last = -1, b""
    while line := file.readline(LONGEST):
        count, last = count + 1, line
    if last.rstrip() != b'{"end":%d}' % max(count, 0):
        raise CommandRefused(f"{path}: the file is truncated; nothing restored")
    return count


def _send(
    lines: Iterator[bytes],
    count: int,
    header: dict[str, Any],
    force: bool,
    ask: Ask,
    progress: Progress,
) -> Any:
    begun = ask("restore begin", {"force": force, "kinds": header.get("kinds")})
    name, sent = begun["name"], 0
    for part in _parts(lines):
        ask("restore rows", {"name": name, "rows": part})
        sent += len(part)
        progress(sent, count)
    return ask("restore commit", {"name": name, "rows": sent})


def _parts(lines: Iterator[bytes]) -> Iterator[list[Any]]:
    """
    Parse rows into lists that fit into one request.
    """
    part: list[Any] = []
    size = 0
    for line in lines:
        part.append(json.loads(line))
        size += len(line)
        if len(part) == ROWS or size > BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part
