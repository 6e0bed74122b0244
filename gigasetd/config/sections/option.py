# -*- test-case-name: tests.config.test_schema -*-
"""
One key of a section: its default, its check, and whose value it follows.

Layer 0 (values).
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from gigasetd.config.validators import Check


def key(raw: Any, check: Check, follows: str = "") -> Any:
    """
    One key of a section.

    @param raw: its default, as TOML would give it.
    @param follows: the dotted key whose value it takes when it is not given.
    """
    metadata = {"raw": raw, "check": check, "follows": follows}
    return field(default=check(raw), metadata=metadata)
