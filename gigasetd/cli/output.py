# -*- test-case-name: tests.cli.test_output -*-
"""
Documents as people read them in a terminal.

Layer 3 (I/O).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TextIO

WIDTH = 40
TIMES = frozenset("seen added active since decided".split())
"""Keys whose values are epoch seconds."""


def lines(document: Any) -> list[str]:
    """
    A list as a table, an object as pairs, either without empty columns.
    """
    if isinstance(document, list):
        return table(document)
    return pairs(document)


def table(rows: list[dict[str, Any]]) -> list[str]:
    """
    Rows under their headings, in aligned columns.
    """
    names = [name for name in (rows[0] if rows else ()) if _used(rows, name)]
    if not names:
        return []
    cells = [[name.upper() for name in names]]
    cells += [[cell(name, row.get(name)) or "-" for name in names] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells)]
    return [
        "  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip()
        for row in cells
    ]


def _used(rows: list[dict[str, Any]], name: str) -> bool:
    """
    Whether any row says anything there.
    """
    return any(row.get(name) not in ("", None, []) for row in rows)


def pairs(document: dict[str, Any], indent: str = "") -> list[str]:
    """
    Name and value, aligned; what is nested stands below its name.
    """
    plain = {name: value for name, value in document.items() if not _nested(value)}
    width = max(map(len, plain), default=0)
    told = [
        f"{indent}{name.ljust(width)}  {cell(name, value)}"
        for name, value in plain.items()
        if value not in ("", None, [])
    ]
    for name, value in document.items():
        if _nested(value):
            below = pairs(value, "  ") if isinstance(value, dict) else table(value)
            told += [f"{indent}{name}", *below]
    return told


def _nested(value: Any) -> bool:
    """
    Whether a value has parts with names.
    """
    if isinstance(value, list):
        return any(isinstance(part, dict) for part in value)
    return isinstance(value, dict)


def cell(name: str, value: Any) -> str:
    """
    One value as text that no terminal can take for a command.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in TIMES and isinstance(value, (int, float)):
        return datetime.fromtimestamp(value).isoformat(" ", "seconds")
    if isinstance(value, list):
        return " ".join(cell(name, part) for part in value)
    return printable(str(value))


def sentences(steps: list[dict[str, Any]]) -> list[str]:
    """
    Steps with C{step, ok, detail, advice}, each with a mark before it and the
    advice below.
    """
    told = []
    for step in steps:
        mark = {True: "ok", False: "STOP"}.get(step["ok"], "?")
        told.append(f"{mark.ljust(4)}  {step['step']}: {printable(step['detail'])}")
        if step["advice"]:
            told.append(f"      To do: {printable(step['advice'])}.")
    return told


def printable(text: str) -> str:
    """
    C{text} with a mark in place of each character that cannot be printed.
    """
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


class Bar:
    """
    A bar that fills while something is done; nothing but on a terminal.
    """

    def __init__(self, screen: TextIO) -> None:
        self._screen = screen
        self._shown = False

    def show(self, done: int, total: int) -> None:
        """
        Show how far it has come.
        """
        if not self._screen.isatty():
            return
        full = WIDTH * done // max(total, 1)
        bar = "#" * full + "." * (WIDTH - full)
        self._screen.write(f"\r[{bar}] {done} of {total}")
        self._screen.flush()
        self._shown = True

    def clear(self) -> None:
        """
        Take the bar away.
        """
        if self._shown:
            self._screen.write("\r\x1b[K")
            self._screen.flush()
