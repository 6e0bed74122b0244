# -*- test-case-name: tests.config.test_schema -*-
"""
Declaration of a key: its default, its validator, and the key that it follows.

Layer 0 (values).
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from gigasetd.config.validators import Check


def key(raw: Any, check: Check, follows: str = "") -> Any:
    """
    Declare a key of a section.

    @param raw: its default, as TOML parses it.
    @param follows: the dotted key whose value it takes where it is not set.
    @return: a dataclass field.
    """
    metadata = {"raw": raw, "check": check, "follows": follows}
    return field(default=check(raw), metadata=metadata)
