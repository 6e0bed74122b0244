# -*- test-case-name: tests.config.test_sources -*-
"""
Raw values of the configuration, and where each was written: in the file, in
the environment, or in a file that an C{X_file} key names.

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
"""Bytes of a configuration file; a longer one is no configuration."""

_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@\s]*@")


class RawValue(NamedTuple):
    """
    One value, not checked yet.
    """

    place: str  #: file name, variable or option, for errors
    value: Any  #: as TOML parsed it
    text: str | None = None  #: of a variable, which may be meant as it is


def fromFile(path: Path | None, faults: list[str]) -> dict[str, RawValue]:
    """
    Read the values of a TOML file, by dotted key.

    @param faults: gets a line where the file cannot be read.
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
    # What is no section stays as it is, to become a fault.
    if not isinstance(table, dict) or not (table or section in SECTIONS):
        yield section, table
        return
    for name, value in table.items():
        yield f"{section}.{name}", value


def _read(path: Path) -> str:
    with path.open("rb") as stream:
        data = stream.read(LONGEST_FILE + 1)
    if len(data) > LONGEST_FILE:
        raise ValueError(f"longer than {LONGEST_FILE} bytes")
    return data.decode("utf-8")


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    if isinstance(error, UnicodeDecodeError):
        return f"is not UTF-8 at byte {error.start}"
    if isinstance(error, tomllib.TOMLDecodeError):
        return f"is not TOML: {' '.join(str(error).split())}"
    return f"cannot be read: {' '.join(str(error).split())}"


def fromEnvironment(environ: Mapping[str, str]) -> dict[str, RawValue]:
    """
    Read the values of C{GIGASETD_SECTION__KEY} variables, by dotted key.

    Names without the double underscore are ignored.
    """
    raw = {}
    for variable, text in environ.items():
        if variable.startswith(PREFIX) and "__" in variable:
            dotted = variable[len(PREFIX) :].lower().replace("__", ".", 1)
            raw[dotted] = RawValue(variable, _fromToml(text), text)
    return raw


def _fromToml(text: str) -> Any:
    try:
        table = tomllib.loads("value = " + text)
    except (ValueError, RecursionError):
        return text
    # A line break could add a second key; such a text is no value.
    return table["value"] if list(table) == ["value"] else text


def override(raw: dict[str, RawValue], stronger: Mapping[str, RawValue]) -> None:
    """
    Replace values by stronger ones; either may be written as X or as X_file.
    """
    for dotted in stronger:
        raw.pop(dotted + "_file", None)
        raw.pop(_target(dotted) or dotted, None)
    raw.update(stronger)


def _target(dotted: str) -> str | None:
    # The key that an X_file key sets, None for any other key.
    base = dotted.removesuffix("_file")
    if dotted in KEYS or base == dotted or base not in KEYS:
        return None
    return base if isinstance(KEYS[base].metadata["raw"], str) else None


def openFiles(
    raw: Mapping[str, RawValue], environ: Mapping[str, str], faults: list[str]
) -> dict[str, RawValue]:
    """
    Replace each C{X_file} key by X, with the content of the file.

    @param faults: gets a line for each file that cannot be read.
    """
    values = {}
    for dotted, value in raw.items():
        target = _target(dotted)
        if target is None:
            values[dotted] = value
        elif target in raw:
            why = f"found beside {target}, allowed is one of both"
            faults.append(f"{value.place}: {dotted}: {why}")
        else:
            content = _content(dotted, value, environ, faults)
            values |= {} if content is None else {target: content}
    return values


def _content(
    dotted: str, raw: RawValue, environ: Mapping[str, str], faults: list[str]
) -> RawValue | None:
    name = raw.value if raw.text is None else raw.text
    if not isinstance(name, str) or not name or "\0" in name:
        faults.append(
            f"{raw.place}: {dotted}: found {render(name)}, allowed is a file's name"
        )
        return None
    path = _credential(name, environ)
    try:
        return RawValue(str(path), _read(path).strip())
    except (OSError, ValueError) as error:
        faults.append(f"{raw.place}: {dotted}: {path}: {_reason(error)}")
        return None


def _credential(name: str, environ: Mapping[str, str]) -> Path:
    # A relative name is looked up among systemd's credentials (systemd.exec(5))
    # first.
    directory = environ.get("CREDENTIALS_DIRECTORY")
    if directory and (Path(directory) / name).is_file():
        return Path(directory) / name
    return Path(name)


def render(value: object) -> str:
    """
    Render a value for an error: one short line, without a URL's password.
    """
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = _PASSWORD.sub(r"\1…@", text).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= 80 else text[:79] + "…"
