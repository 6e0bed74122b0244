# -*- test-case-name: tests.telemetry.test_redact -*-
"""
What of an event must not be read at the usual log levels: telephone numbers,
addresses, names, secrets.

A value is known by the key that it is logged under; text that has no key (a
traceback, somebody else's message) loses what looks like one of them.

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
"""Keys, or the last word of keys, whose values are personal."""

HIDDEN = "…"
LONGEST = 500
"""Characters shown of one value."""

# An address of mail, SIP or XMPP; four and more digits or groups in a row.
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
    Stays the same whatever conversion or format the message asks for.
    """

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __repr__(self) -> str:
        return HIDDEN


def isPersonal(field: str) -> bool:
    """
    Whether a key, or a path such as C{binding.contact}, leads to something
    personal.
    """
    words = [word.lower() for word in _SEGMENT.findall(field)]
    return any(
        word in PERSONAL or word.rpartition("_")[2] in PERSONAL for word in words
    )


def mask(text: str) -> str:
    """
    Text without what looks like a number, an address or a MAC.
    """
    return _LOOKS.sub(HIDDEN, text)


def maskTraceback(text: str) -> str:
    """
    A traceback whose places in the code stay readable.
    """
    return "\n".join(
        line if line.startswith("  File ") else mask(line) for line in text.split("\n")
    )


def safeValue(name: str, value: Any) -> Any:
    """
    The value as it may be shown under this key.
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
    C{str.format} by names, with L{safeValue} between value and text; a path's
    final C{()} calls, as Twisted's logger does.
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
    The event's message without anything personal.  Events of other programs
    know nothing of our keys, so their whole text is masked.
    """
    template = event.get("log_format") or ""
    if not str(event.get("log_namespace", "")).startswith("gigasetd"):
        return mask(_tryFormat(template, event))
    return _tryFormat(template, event)


def _tryFormat(template: str, event: Mapping[str, Any]) -> str:
    """
    A message that does not fit its values is still told by its template.
    """
    try:
        return _formatter.vformat(template, (), event)
    except Exception as error:
        return f"{template} (unformattable: {type(error).__name__})"
