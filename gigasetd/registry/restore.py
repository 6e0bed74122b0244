# -*- test-case-name: tests.registry.test_restore -*-
"""
Replace everything in the registry, as a restored backup does.

What differs is removed before anything is added, so that no index has to hold
two values under one key.  Registrations come last, since a change of an
account ends those that it has.

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
    Replace all values by C{values}.

    @param most: steps between two pauses, at which the caller may let the
        reactor run.
    @return: at each pause, and at the end, how many steps are done, and how
        many there are.
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
    kind = KIND_OF[type(value)]
    return kind.name, tuple(value[: kind.width])


def _removed(
    registry: Registry, old: Sequence[Value], new: dict[Key, Value]
) -> Iterator[None]:
    for value in sorted(old, key=lambda value: not isinstance(value, Binding)):
        if new.get(_key(value)) != value:
            if isinstance(value, Binding):
                registry.unbind(value)
            else:
                registry.drop(value)
        yield


def _added(registry: Registry, new: dict[Key, Value]) -> Iterator[None]:
    bindings: defaultdict[str, list[Binding]] = defaultdict(list)
    for value in new.values():
        if isinstance(value, Binding):
            bindings[value.number].append(value)
        else:
            registry.put(value)
            yield
    for number, group in bindings.items():
        registry.bind(number, tuple(sorted(group, key=lambda each: each.registered)))
        yield from (None for _ in group)
