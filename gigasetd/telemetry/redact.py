# -*- test-case-name: tests.telemetry.test_redact -*-
"""
Redaction of the log: hides telephone numbers, addresses, names and secrets at
all levels but "debug".

The key under which a value is logged says whether it is personal.  Text without
a key (tracebacks, messages of libraries) loses all that looks personal.

Layer 0 (values).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any

PERSONAL = frozenset(
    (
        "account address addresses aor binding called callee caller call_id"
        " contact device from ha1 host identity ip login mac message_text name"
        " nickname nonce number numbers owner password peer phone remote secret"
        " serial subject to token uri url user username"
    ).split()
)
"""Keys, or last words of keys, whose values are personal."""

HIDDEN = "…"
LONGEST = 500
"""Characters shown of one value."""

# Addresses of mail, SIP and XMPP; IP addresses; four or more digits; MACs.
_LOOKS = re.compile(
    r"[^\s@<>'\"]+@[^\s<>'\"]+"
    r"|(?<![\w.:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,}"
    r"|\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?"
    r"|\+?\d{4,}"
    r"|\b(?=[A-Fa-f]*\d)(?:[0-9A-Fa-f]{2}[-:]?){5}[0-9A-Fa-f]{2}\b"
)
_SEGMENT = re.compile(r"[A-Za-z_]\w*")
_PLAIN = (bool, int, float, type(None), Path)


class _Hidden(str):
    """
    A text that every conversion and format leaves as it is.
    """

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __repr__(self) -> str:
        return HIDDEN


def isPersonal(field: str) -> bool:
    """
    Whether a key, or a path such as C{binding.contact}, names a personal value.
    """
    words = [word.lower() for word in _SEGMENT.findall(field)]
    return any(
        word in PERSONAL or word.rpartition("_")[2] in PERSONAL for word in words
    )


def mask(text: str) -> str:
    """
    Hide what looks like a number, an address or a MAC.
    """
    return _LOOKS.sub(HIDDEN, text)


def maskTraceback(text: str) -> str:
    """
    Hide what looks personal in a traceback, except its file names and lines.
    """
    return "\n".join(
        line if line.startswith("  File ") else mask(line) for line in text.split("\n")
    )


def safeValue(name: str, value: Any) -> Any:
    """
    Redact a value that is logged under this key.
    """
    if isPersonal(name):
        return _Hidden(HIDDEN)
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, str):
        return value[:LONGEST]
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value).__name__
    return mask(str(value))[:LONGEST]


class _SafeFormatter(Formatter):
    """
    Formats by names, with L{safeValue} for each value.  A final C{()} of a name
    calls the value, as in Twisted's logger.
    """

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:
        if isPersonal(field_name):
            return _Hidden(HIDDEN), field_name
        call = field_name.endswith("()")
        path = field_name.removesuffix("()")
        value, used = super().get_field(path, args, kwargs)
        return safeValue(path, value() if call else value), str(used)


_formatter = _SafeFormatter()


def safeText(event: Mapping[str, Any]) -> str:
    """
    Format the event's message without personal values.
    """
    template = event.get("log_format") or ""
    # Libraries do not use our keys, so all of their text is masked.
    if not str(event.get("log_namespace", "")).startswith("gigasetd"):
        return mask(_tryFormat(template, event))
    return _tryFormat(template, event)


def _tryFormat(template: str, event: Mapping[str, Any]) -> str:
    try:
        return _formatter.vformat(template, (), event)
    except Exception as error:
        return f"{template} (unformattable: {type(error).__name__})"
