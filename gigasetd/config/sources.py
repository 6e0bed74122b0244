# -*- test-case-name: tests.config.test_schema -*-
"""
What the operator wrote, and where: values from the file, from the environment
and from the files that C{X_file} keys name, still unchecked.

Layer 3 (I/O).
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from gigasetd.config.schema import KEYS, SECTIONS

PREFIX = "GIGASETD_"
LONGEST_FILE = 1 << 20
"""Bytes; a configuration that is longer is some other file."""

_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@\s]*@")


class RawValue(NamedTuple):
    """
    One value as somebody wrote it.
    """

    place: str  #: file name, variable or option, as a fault names it
    value: Any  #: as TOML gave it
    text: str | None = None  #: the whole text, where it may also be meant so


def fromFile(path: Path | None, faults: list[str]) -> dict[str, RawValue]:
    """
    The keys of a file, dotted; none when it cannot be read.
    """
    if path is None:
        return {}
    try:
        tables = tomllib.loads(_read(path))
    except (OSError, ValueError, RecursionError) as error:
        faults.append(f"{path}: {_reason(error)}")
        return {}
    return {
        dotted: RawValue(str(path), value)
        for section, table in tables.items()
        for dotted, value in _flat(section, table)
    }


def _flat(section: str, table: Any) -> Iterator[tuple[str, Any]]:
    """
    A section's keys; what is no section stays as it is, to be refused.
    """
    if not isinstance(table, dict) or not (table or section in SECTIONS):
        yield section, table
        return
    for name, value in table.items():
        yield f"{section}.{name}", value


def _read(path: Path) -> str:
    """
    A small text file.

    @raise ValueError: it is too large, or no UTF-8.
    """
    with path.open("rb") as stream:
        data = stream.read(LONGEST_FILE + 1)
    if len(data) > LONGEST_FILE:
        raise ValueError(f"longer than {LONGEST_FILE} bytes")
    return data.decode("utf-8")


def _reason(error: Exception) -> str:
    """
    Why a file could not be read, in one line.
    """
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    if isinstance(error, UnicodeDecodeError):
        return f"is no UTF-8 text at byte {error.start}"
    if isinstance(error, tomllib.TOMLDecodeError):
        return f"is no TOML: {' '.join(str(error).split())}"
    return f"cannot be read: {' '.join(str(error).split())}"


def fromEnvironment(environ: Mapping[str, str]) -> dict[str, RawValue]:
    """
    C{GIGASETD_SECTION__KEY} variables, dotted; a name without the double
    underscore is no key.
    """
    given = {}
    for variable, text in environ.items():
        if variable.startswith(PREFIX) and "__" in variable:
            dotted = variable[len(PREFIX) :].lower().replace("__", ".", 1)
            given[dotted] = RawValue(variable, _fromToml(text), text)
    return given


def _fromToml(text: str) -> Any:
    """
    The value in TOML syntax, else the text itself.
    """
    try:
        table = tomllib.loads("value = " + text)
    except (ValueError, RecursionError):
        return text
    # A line break could smuggle in a second key; then the text is no value.
    return table["value"] if list(table) == ["value"] else text


def override(given: dict[str, RawValue], above: Mapping[str, RawValue]) -> None:
    """
    Let stronger values replace weaker ones, whichever way (X or X_file) each
    of them is written.
    """
    for dotted in above:
        given.pop(dotted + "_file", None)
        given.pop(_target(dotted) or dotted, None)
    given.update(above)


def _target(dotted: str) -> str | None:
    """
    The key that C{X_file} fills; L{None} for every other name.
    """
    base = dotted.removesuffix("_file")
    if dotted in KEYS or base == dotted or base not in KEYS:
        return None
    return base if isinstance(KEYS[base].metadata["raw"], str) else None


def openFiles(
    given: Mapping[str, RawValue], environ: Mapping[str, str], faults: list[str]
) -> dict[str, RawValue]:
    """
    Put what the C{X_file} keys point to in the place of X.
    """
    opened = {dotted: one for dotted, one in given.items() if not _target(dotted)}
    for dotted, one in given.items():
        base = _target(dotted)
        if base in given:
            faults.append(
                f"{one.place}: {dotted}: found beside {base}, allowed is one of both"
            )
        elif base:
            _openOne(base, dotted, one, environ, opened, faults)
    return opened


def _openOne(
    base: str,
    dotted: str,
    one: RawValue,
    environ: Mapping[str, str],
    opened: dict[str, RawValue],
    faults: list[str],
) -> None:
    """
    Read one value's file.
    """
    name = one.value if one.text is None else one.text
    if not isinstance(name, str) or not name or "\0" in name:
        faults.append(
            f"{one.place}: {dotted}: found {render(name)}, allowed is a file's name"
        )
        return
    path = _credential(name, environ)
    try:
        opened[base] = RawValue(str(path), _read(path).strip())
    except (OSError, ValueError) as error:
        faults.append(f"{one.place}: {dotted}: {path}: {_reason(error)}")


def _credential(name: str, environ: Mapping[str, str]) -> Path:
    """
    A relative name is one of systemd's credentials first (systemd.exec(5)).
    """
    directory = environ.get("CREDENTIALS_DIRECTORY")
    if directory and (Path(directory) / name).is_file():
        return Path(directory) / name
    return Path(name)


def render(value: object) -> str:
    """
    A value as a fault shows it: one short line, without a URL's password.
    """
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = _PASSWORD.sub(r"\1…@", text).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= 80 else text[:79] + "…"
