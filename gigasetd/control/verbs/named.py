# -*- test-case-name: tests.control.verbs.test_named -*-
"""
Removes a value by its name: a token or a notice.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from gigasetd.control.messages import Result, VerbRequest
from gigasetd.errors import Unknown
from gigasetd.registry.model import Notice, Token
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import shown


def removeNamed(
    registry: Registry, kind: Literal["token", "notice"], request: VerbRequest
) -> Result:
    """
    Remove the value that a request names.

    @raise Unknown: there is none of that name.
    """
    name, tables = request.text("name"), _tables(registry)
    value = tables[kind].get(name)
    if value is None:
        raise Unknown(f"there is no {kind} {shown(name)}: see `{kind} list`")
    registry.drop(value)
    return Result({"name": name})


def _tables(registry: Registry) -> Mapping[str, Mapping[str, Token | Notice]]:
    return {"token": registry.tokens, "notice": registry.notices}
