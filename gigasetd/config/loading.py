# -*- test-case-name: tests.config.test_schema -*-
"""
From file, environment and command line to a L{Config}, with every fault told
at once.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from gigasetd.config.schema import (
    KEYS,
    SECTIONS,
    Config,
    ConfigError,
    disorders,
    takenDomains,
)
from gigasetd.config.sources import (
    PREFIX,
    RawValue,
    fromEnvironment,
    fromFile,
    openFiles,
    override,
    render,
)
from gigasetd.config.validators import NotAllowed

SYSTEM = Path("/etc/gigasetd/gigasetd.toml")


def loadConfig(
    path: Path | None, environ: Mapping[str, str], stateDir: str | None = None
) -> Config:
    """
    Read the configuration.

    @param path: the file the operator named; L{None} looks at
        C{$GIGASETD_CONFIG}, then at C{/etc/gigasetd/gigasetd.toml}, and takes
        the built-in defaults when neither is there.
    @param stateDir: C{server.state_dir} from the command line, above all.
    @raise ConfigError: with one line for each fault there is.
    """
    faults: list[str] = []
    chosen = _choose(path, environ)
    given = fromFile(chosen, faults)
    override(given, fromEnvironment(environ))
    if stateDir is not None:
        override(given, {"server.state_dir": RawValue("--state-dir", stateDir)})
    values = _check(openFiles(given, environ, faults), faults)
    config = _build(values, "" if chosen is None else str(chosen))
    _compare(config, given, set(values), faults)
    if faults:
        raise ConfigError(*faults)
    return config


def _choose(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """
    Which file to read; one that was named is taken whether it exists or not.
    """
    named = path or environ.get(PREFIX + "CONFIG")
    if named:
        return Path(named)
    return SYSTEM if SYSTEM.exists() else None


def _check(given: Mapping[str, RawValue], faults: list[str]) -> dict[str, Any]:
    """
    The values that are allowed, by dotted key; the others become faults.
    """
    values = {}
    for dotted, one in given.items():
        if dotted not in KEYS:
            faults.append(_unknown(dotted, one))
            continue
        try:
            values[dotted] = _value(dotted, one)
        except NotAllowed as error:
            found = render(error.found)
            faults.append(
                f"{one.place}: {dotted}: found {found}, allowed is {error.allowed}"
            )
    return values


def _value(dotted: str, one: RawValue) -> Any:
    """
    One value; a variable's text that TOML reads as something else may still
    be meant as it stands.
    """
    check = KEYS[dotted].metadata["check"]
    try:
        return check(one.value)
    except NotAllowed:
        if one.text is None or not isinstance(KEYS[dotted].metadata["raw"], str):
            raise
        try:
            return check(one.text)
        except NotAllowed:
            pass
        raise


def _unknown(dotted: str, one: RawValue) -> str:
    """
    Say which known key somebody may have meant.
    """
    if dotted in SECTIONS:
        return f"{one.place}: {dotted}: found {render(one.value)}, allowed is a table"
    nearest = get_close_matches(dotted, KEYS, 1, 0.0)[0]
    return (
        f"{one.place}: {dotted}: found an unknown key, the nearest known is {nearest}"
    )


def _build(values: Mapping[str, Any], source: str) -> Config:
    """
    The configuration of these values, and defaults for the others.
    """
    whole = {dotted: _default(dotted, values) for dotted in KEYS} | dict(values)
    whole["server.state_dir"] = whole["server.state_dir"].absolute()
    sections = {
        section: kind(
            **{
                name.partition(".")[2]: value
                for name, value in whole.items()
                if name.startswith(section + ".")
            }
        )
        for section, kind in SECTIONS.items()
    }
    return Config(**sections, source=source)


def _default(dotted: str, values: Mapping[str, Any]) -> Any:
    """
    What holds when nobody gave this key.
    """
    default = KEYS[dotted].default
    return values.get(KEYS[dotted].metadata["follows"], default)


def _compare(
    config: Config, given: Mapping[str, RawValue], sound: set[str], faults: list[str]
) -> None:
    """
    Faults of pairs, told at the key that was given.
    """
    faults.extend(
        f"{given['xmpp.components'].place}: xmpp.components: found "
        f"{render(domain)}, allowed are domains that nobody else serves"
        for domain in takenDomains(config)
    )
    for low, high in disorders(config):
        if low in sound:
            told, bound, word = low, high, "most"
        elif high in sound:
            told, bound, word = high, low, "least"
        else:
            continue
        if {low, high} & set(given) <= sound:
            faults.append(
                f"{given[told].place}: {told}: found {config.get(told)}, "
                f"allowed is at {word} {bound} ({config.get(bound)})"
            )
