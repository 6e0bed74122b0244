# -*- test-case-name: tests.privacy.test_inventory -*-
"""
What an end leaves of a value, by the inventory.

Layer 0 (values).
"""

from __future__ import annotations

from typing import Any, TypeVar, cast, get_type_hints

from gigasetd.privacy.field import End
from gigasetd.privacy.inventory import fieldsOf
from gigasetd.registry.model import KIND_OF, Value

V = TypeVar("V", bound=Value)


def _defaults(kind: type[Value], fields: set[str]) -> dict[str, str | int | float]:
    """
    Field -> what stands there when nothing is known.
    """
    hints = get_type_hints(kind)
    return {name: hints[name]() for name in kind._fields if name in fields}


def _blanks(end: End | None) -> dict[Any, dict[str, str | int | float]]:
    """
    Class -> its fields that C{end} empties; C{None} stands for erasure.
    """
    return {
        cls: _defaults(
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


def _whole(end: End | None) -> frozenset[type]:
    """
    The classes whose values C{end} ends whole, key and all.
    """
    return frozenset(
        cls
        for cls, kind in KIND_OF.items()
        if all(field in _BLANKS[end][cls] for field in kind.type._fields[: kind.width])
    )


_WHOLE = {end: _whole(end) for end in (*End, None)}


def goes(value: Value, end: End | None) -> bool:
    """
    Whether C{end} (L{None}: erasure) leaves nothing of C{value}.
    """
    return type(value) in _WHOLE[end]


def cleared(value: V, end: End) -> V:
    """
    C{value} without the fields that C{end} empties.
    """
    left: Any = value._replace(**_BLANKS[end][type(value)])  # type: ignore[arg-type]
    return cast(V, left)


def erased(value: V) -> V:
    """
    C{value} with only those fields that are kept for good.
    """
    left: Any = value._replace(**_BLANKS[None][type(value)])  # type: ignore[arg-type]
    return cast(V, left)
