# -*- test-case-name: tests.privacy.test_erasure -*-
"""
Removes fields of values, as the inventory says.

Layer 0 (values).
"""

from __future__ import annotations

from typing import Any, TypeVar, cast, get_type_hints

from gigasetd.privacy.field import End
from gigasetd.privacy.inventory import fieldsOf
from gigasetd.registry.model import KIND_OF, Value

V = TypeVar("V", bound=Value)


def _emptyValues(kind: type[Value], fields: set[str]) -> dict[str, str | int | float]:
    hints = get_type_hints(kind)
    return {name: hints[name]() for name in kind._fields if name in fields}


# Class -> the fields that an event clears, with their empty values.
def _blanks(end: End | None) -> dict[Any, dict[str, str | int | float]]:
    return {
        cls: _emptyValues(
            cls,
            {
                entry.field
                for entry in fieldsOf(kind.name)
                if (not entry.forGood if end is None else end in entry.ends)
            },
        )
        for cls, kind in KIND_OF.items()
    }


_BLANKS = {end: _blanks(end) for end in (*End, None)}


# The classes whose key an event clears: their values go altogether.
def _whole(end: End | None) -> frozenset[type]:
    return frozenset(
        cls
        for cls, kind in KIND_OF.items()
        if all(field in _BLANKS[end][cls] for field in kind.type._fields[: kind.width])
    )


_WHOLE = {end: _whole(end) for end in (*End, None)}


def goes(value: Value, end: End | None) -> bool:
    """
    Whether an event (L{None}: erasure) removes a value altogether.
    """
    return type(value) in _WHOLE[end]


def cleared(value: V, end: End) -> V:
    """
    Return a value without the fields that an event clears.
    """
    left: Any = value._replace(**_BLANKS[end][type(value)])  # type: ignore[arg-type]
    return cast(V, left)


def erased(value: V) -> V:
    """
    Return a value with only the fields that erasure leaves.
    """
    left: Any = value._replace(**_BLANKS[None][type(value)])  # type: ignore[arg-type]
    return cast(V, left)
