# -*- test-case-name: tests.cli.test_backupfile -*-
"""
The file of C{gigasetctl backup}: one JSON document a line.

The first line names the format and the columns, the last one the number of
rows, so that a file that was cut off is told from a whole one.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from gigasetd.cli.client import Progress, Refusal
from gigasetd.store.atomicfile import replaced

Ask = Callable[[str, dict[str, Any]], Any]
"""Has the daemon do something: (verb, arguments) -> document."""

FORMAT = 1
ROWS = 500
BYTES = 1024 * 1024
"""Rows, and bytes of rows, that are brought at once."""

LONGEST = 8 * 1024 * 1024
"""Bytes of one line."""


def backup(path: Path, ask: Ask, progress: Progress) -> dict[str, Any]:
    """
    Write everything into a file, for its owner alone; it appears whole.

    @raise Refusal: it cannot be written, or the daemon declines.
    """
    try:
        with replaced(path) as file:
            count = _write(file, ask, progress)
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from None
    return {"file": str(path), "rows": count}


def _write(file: BinaryIO, ask: Ask, progress: Progress) -> int:
    """
    Write all lines.

    @return: the number of rows.
    """
    begun = ask("backup begin", {})
    header, count = begun["header"], 0
    _put(file, header)
    while rows := ask("backup rows", {"name": begun["name"]})["rows"]:
        for row in rows:
            _put(file, row)
        count += len(rows)
        progress(count, header["rows"])
    _put(file, {"end": count})
    return count


def _put(file: BinaryIO, document: Any) -> None:
    """
    Write one line.
    """
    file.write(json.dumps(document, separators=(",", ":")).encode() + b"\n")


def restore(path: Path, force: bool, ask: Ask, progress: Progress) -> Any:
    """
    Bring a file's rows back.

    @raise Refusal: the file is no whole backup, or the daemon declines.
    """
    try:
        with path.open("rb") as file:
            header = _header(path, file)
            count = _counted(path, file)
            file.seek(0)
            file.readline()
            return _send(file, header, count, force, ask, progress)
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from None
    except ValueError:
        raise Refusal(f"{path}: is no backup, or damaged; nothing restored") from None


def _header(path: Path, file: BinaryIO) -> dict[str, Any]:
    """
    The first line.

    @raise Refusal: it is not ours, or of a later version.
    """
    header = json.loads(file.readline(LONGEST))
    if not isinstance(header, dict) or header.get("gigasetd") != "backup":
        raise ValueError
    if header.get("format") != FORMAT:
        raise Refusal(
            f"{path}: has format {header.get('format')}, this gigasetctl knows "
            f"format {FORMAT}: use the version that made it"
        )
    return header


def _counted(path: Path, file: BinaryIO) -> int:
    """
    The number of rows; the last line must agree.

    @raise Refusal: it is missing, so the file was cut off.
    """
    count, last = -1, b""
    while line := file.readline(LONGEST):
        count, last = count + 1, line
    if last.rstrip() != b'{"end":%d}' % max(count, 0):
        raise Refusal(f"{path}: is not whole; nothing restored")
    return count


def _send(
    file: BinaryIO,
    header: dict[str, Any],
    count: int,
    force: bool,
    ask: Ask,
    progress: Progress,
) -> Any:
    """
    Bring the rows to the daemon, and have it take them over.
    """
    begun = ask("restore begin", {"force": force, "kinds": header.get("kinds")})
    name, sent = begun["name"], 0
    for part in _parts(islice(file, count)):
        ask("restore rows", {"name": name, "rows": part})
        sent += len(part)
        progress(sent, count)
    return ask("restore commit", {"name": name, "rows": sent})


def _parts(lines: Iterator[bytes]) -> Iterator[list[Any]]:
    """
    Rows in parts that fit into a request.
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
