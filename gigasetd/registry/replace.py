# -*- test-case-name: tests.registry.test_replace -*-
"""
Everything in the registry replaced by something else, a slice at a time.

What differs goes before anything comes, so that no index is asked for two
values at once; registrations come last, since a change of an account ends
those that it has.

Layer 2 (rules).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from gigasetd.registry.model import KIND_OF, Binding, Value
from gigasetd.registry.registry import Registry

Key = tuple[str, tuple[Any, ...]]


def replacing(
    registry: Registry, values: Sequence[Value], most: int
) -> Iterator[tuple[int, int]]:
    """
    Put C{values} in the place of everything there is.

    @param most: steps between two pauses.
    @return: at each pause, and at the end, how many steps are done, and of
        how many.
    """
    new = {_key(value): value for value in values}
    old = registry.everything()
    total, done = len(old) + len(new), 0
    for step in (_removed(registry, old, new), _added(registry, new)):
        for _ in step:
            done += 1
            if done % most == 0:
                yield done, total
    yield total, total


def _key(value: Value) -> Key:
    """
    What a value stands under.
    """
    kind = KIND_OF[type(value)]
    return kind.name, tuple(value[: kind.width])


def _removed(
    registry: Registry, old: Sequence[Value], new: dict[Key, Value]
) -> Iterator[None]:
    """
    Let go what will not stay as it is, registrations first.
    """
    for value in sorted(old, key=lambda value: not isinstance(value, Binding)):
        if new.get(_key(value)) != value:
            if isinstance(value, Binding):
                registry.unbind(value)
            else:
                registry.drop(value)
        yield


def _added(registry: Registry, new: dict[Key, Value]) -> Iterator[None]:
    """
    Put what is to be there, registrations last.
    """
    bindings: defaultdict[str, list[Binding]] = defaultdict(list)
    for value in new.values():
        if isinstance(value, Binding):
            bindings[value.number].append(value)
        else:
            registry.put(value)
            yield
    for number, many in bindings.items():
        registry.bind(number, tuple(sorted(many, key=lambda one: one.registered)))
        yield from (None for _ in many)
