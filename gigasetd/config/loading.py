# -*- test-case-name: tests.config.test_loading -*-
"""
Load the configuration from file, environment and command line.

All faults are reported at once, each in one line.

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
    emergencyClashes,
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

SIMILAR = 0.6
"""How much alike an unknown key and the key that it is taken for are, at least."""


def loadConfig(
    path: Path | None, environ: Mapping[str, str], stateDir: str | None = None
) -> Config:
    """
    Load the configuration.

    @param path: the file that the command line names, L{None} for
        C{$GIGASETD_CONFIG}, else C{/etc/gigasetd/gigasetd.toml}, else the
        built-in defaults.
    @param environ: the environment's variables.
    @param stateDir: C{server.state_dir} from the command line; it overrides
        all else.
    @raise ConfigError: with one line for each fault.
    """
    faults: list[str] = []
    file = _choose(path, environ)
    raw = fromFile(file, faults)
    override(raw, fromEnvironment(environ))
    if stateDir is not None:
        override(raw, {"server.state_dir": RawValue("--state-dir", stateDir)})
    values = _check(openFiles(raw, environ, faults), faults)
    config = _build(values, "" if file is None else str(file))
    _compare(config, raw, set(values), faults)
    if faults:
        raise ConfigError(*faults)
    return config


def _choose(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    named = path or environ.get(PREFIX + "CONFIG")
    # A missing file that was named is a fault, not a reason for the defaults.
    if named:
        return Path(named)
    return SYSTEM if SYSTEM.exists() else None


def _check(raw: Mapping[str, RawValue], faults: list[str]) -> dict[str, Any]:
    values = {}
    for dotted, value in raw.items():
        if dotted not in KEYS:
            faults.append(_unknown(dotted, value))
            continue
        try:
            values[dotted] = _value(dotted, value)
        except NotAllowed as error:
            text = render(error.value)
            faults.append(
                f"{value.place}: {dotted}: found {text}, allowed is {error.allowed}"
            )
    return values


def _value(dotted: str, raw: RawValue) -> Any:
    check = KEYS[dotted].metadata["check"]
    try:
        return check(raw.value)
    except NotAllowed:
        # A variable's text that TOML reads as a number may be meant as text.
        if raw.text is None or not isinstance(KEYS[dotted].metadata["raw"], str):
            raise
        try:
            return check(raw.text)
        except NotAllowed:
            pass
        raise


def _unknown(dotted: str, raw: RawValue) -> str:
    if dotted in SECTIONS:
        return f"{raw.place}: {dotted}: found {render(raw.value)}, allowed is a table"
    return f"{raw.place}: {dotted}: found an unknown {_nearest(dotted)}"


def _nearest(dotted: str) -> str:
    """
    Name what an unknown key can be meant to be: the nearest known key, else the
    three nearest of its section, else all sections.
    """
    section, _, name = dotted.partition(".")
    if section not in SECTIONS:
        near = get_close_matches(dotted, KEYS, 1, SIMILAR)
        if near:
            return f"key, the nearest known is {near[0]}"
        return f"section, allowed are {', '.join(SECTIONS)}"
    names = [key.partition(".")[2] for key in KEYS if key.startswith(f"{section}.")]
    near = get_close_matches(name, names, 1, SIMILAR)
    if near:
        return f"key, the nearest known is {section}.{near[0]}"
    nearest = [f"{section}.{each}" for each in get_close_matches(name, names, 3, 0.0)]
    return f"key, the nearest known are {', '.join(nearest)}"


def _build(values: Mapping[str, Any], source: str) -> Config:
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
    default = KEYS[dotted].default
    return values.get(KEYS[dotted].metadata["follows"], default)


def _compare(
    config: Config, raw: Mapping[str, RawValue], valid: set[str], faults: list[str]
) -> None:
    # A pair of keys in the wrong order is a fault of the key that was set.
    faults.extend(
        f"{raw['xmpp.components'].place}: xmpp.components: found "
        f"{render(domain)}, allowed are domains that this server does not use"
        for domain in takenDomains(config)
    )
    for dotted, number in emergencyClashes(config):
        at = raw.get(dotted) or raw["sip.emergency_numbers"]
        faults.append(
            f"{at.place}: {dotted}: found {render(number)}, allowed are numbers that "
            "are not in sip.emergency_numbers"
        )
    for low, high in disorders(config):
        if low in valid:
            dotted, bound, word = low, high, "most"
        elif high in valid:
            dotted, bound, word = high, low, "least"
        else:
            continue
        if {low, high} & set(raw) <= valid:
            faults.append(
                f"{raw[dotted].place}: {dotted}: found {config.get(dotted)}, "
                f"allowed is at {word} {bound} ({config.get(bound)})"
            )
