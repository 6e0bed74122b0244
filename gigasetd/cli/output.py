# -*- test-case-name: tests.cli.test_output -*-
"""
Documents as tables and pairs for a terminal, and the progress bar.

Layer 3 (I/O).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TextIO

WIDTH = 40
"""Characters of the progress bar."""

TIMES = frozenset("seen added active since decided until expires".split())
"""Keys whose values are epoch seconds."""

MARKS = {True: "ok", False: "FAIL", None: "?"}
"""A check's result, in its first column; C{"-"} where it is unknown and nothing is
to be done."""


def lines(document: Any) -> list[str]:
    """
    Format a list as a table, and an object as pairs of name and value.
    """
    if isinstance(document, list):
        return table(document)
    return pairs(document)


def table(rows: list[dict[str, Any]]) -> list[str]:
    """
    Format rows in aligned columns under their names; leave empty columns out.
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
    return any(row.get(name) not in ("", None, []) for row in rows)


def pairs(document: dict[str, Any], indent: str = "") -> list[str]:
    """
    Format an object as aligned names and values; an object or table in it
    stands below its name.
    """
    plain = {name: value for name, value in document.items() if not _nested(value)}
    width = max(map(len, plain), default=0)
    formatted = [
        f"{indent}{name.ljust(width)}  {cell(name, value)}"
        for name, value in plain.items()
        if value not in ("", None, [])
    ]
    for name, value in document.items():
        if _nested(value):
            below = pairs(value, "  ") if isinstance(value, dict) else table(value)
            formatted += [f"{indent}{name}", *below]
    return formatted


def _nested(value: Any) -> bool:
    if isinstance(value, list):
        return any(isinstance(part, dict) for part in value)
    return isinstance(value, dict)


def moment(seconds: float) -> str:
    """
    Format epoch seconds as local date and time.
    """
    return datetime.fromtimestamp(seconds).isoformat(" ", "seconds")


def cell(name: str, value: Any) -> str:
    """
    Format one value, without characters that a terminal takes for a command.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in TIMES and isinstance(value, (int, float)):
        return moment(value)
    if isinstance(value, list):
        return " ".join(cell(name, part) for part in value)
    return printable(str(value))


def checklist(steps: list[dict[str, Any]]) -> list[str]:
    """
    Format the steps of a check: mark, name and detail, with the advice below.

    @param steps: dicts with C{step, ok, detail, advice}.
    """
    formatted = []
    for step in steps:
        idle = step["ok"] is None and not step["advice"]
        mark = "-" if idle else MARKS[step["ok"]]
        formatted.append(
            f"{mark.ljust(4)}  {step['step']}: {printable(step['detail'])}"
        )
        if step["advice"]:
            formatted.append(f"      To do: {printable(step['advice'])}.")
    if all(step["ok"] is not False for step in steps):
        formatted.append("No problem found.")
    return formatted


def printable(text: str) -> str:
    """
    Replace each character that cannot be printed by U+FFFD.
    """
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


class ProgressBar:
    """
    Shows progress on a terminal; writes nothing to files and pipes.
    """

    def __init__(self, screen: TextIO) -> None:
        self._screen = screen
        self._shown = False

    def show(self, done: int, total: int) -> None:
        """
        Redraw the bar.
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
        Erase the bar, if it was drawn.
        """
        if self._shown:
            self._screen.write("\r\x1b[K")
            self._screen.flush()
