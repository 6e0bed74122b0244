# -*- test-case-name: tests.registry.test_registry -*-
"""
Every device, account, binding and token that there is.

All changes come through here, so that the journal misses none and whoever
asked to hear of a kind hears of each.  Rules call it and return; the loop
that called the rule then calls L{Registry.tell} once.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from gigasetd.registry.journal import Journal
from gigasetd.registry.model import KIND_OF, KINDS, Binding, Value
from gigasetd.registry.tables import NOTHING, Tables

Listener = Callable[[Any, Any], None]
V = TypeVar("V", bound=Value)

DAY = 86400.0


class Registry(Tables):
    """
    The truth, in memory: what may be done with it.
    """

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self.journal = journal
        self._listeners: dict[str, list[Listener]] = {}
        self._news: list[tuple[str, Any, Any]] = []

    # loading

    def load(self, values: Iterable[Value]) -> None:
        """
        Take stored values in, without journal and without telling anybody.
        """
        for value in values:
            self._set(KIND_OF[type(value)].name, None, value)

    def replay(self, kind: str, key: tuple[str, ...], value: Value | None) -> None:
        """
        Repeat one change of an earlier run, found in the spool.

        It goes into the journal again, since the database may lack it.
        """
        old = self._get(kind, key)
        if value != old:
            self._set(kind, old, value)
        self.journal.record(kind, key, value)

    # changing

    def put(self, value: Value) -> int:
        """
        Set C{value} under its key.

        @return: the change's number; the journal's newest where C{value} is
            what was there.
        """
        kind = KIND_OF[type(value)]
        key: tuple[str, ...] = value[: kind.width]  # type: ignore[assignment]
        return self._change(kind.name, key, value)

    def drop(self, value: Value) -> int:
        """
        Remove what stands under C{value}'s key.

        @return: as L{put}.
        """
        kind = KIND_OF[type(value)]
        key: tuple[str, ...] = value[: kind.width]  # type: ignore[assignment]
        return self._change(kind.name, key, None)

    def bind(self, number: str, bindings: tuple[Binding, ...]) -> int:
        """
        Replace all bindings of C{number} in one step.

        @return: the number of the last change that this made.
        """
        old = self.bindings.get(number, NOTHING)
        before = {binding.key: binding for binding in old}
        for binding in bindings:
            self._rebind(before.pop(binding.key, None), binding)
        for gone in before.values():
            self._noteBinding(gone, None)
        if bindings:
            self.bindings[number] = bindings
        elif old:
            del self.bindings[number]
        return self.journal.number

    def _rebind(self, old: Binding | None, new: Binding) -> None:
        """
        Note one binding that is new or changed, and when it ends.
        """
        if old is new:
            return
        if old is None or new.expires < old.expires:
            self.ends.note(new)
        self._noteBinding(old, new)

    def _noteBinding(self, old: Binding | None, new: Binding | None) -> None:
        """
        Journal one binding's change, and keep it for whoever listens.
        """
        some = new or old
        assert some is not None
        self.journal.record("binding", (some.number, some.key), new)
        if new is None:
            self._noteUse(some)
        if "binding" in self._listeners:
            self._news.append(("binding", old, new))

    def _noteUse(self, ended: Binding) -> None:
        """
        While a number is bound it is in use; afterwards its account remembers
        until when, to the day.
        """
        account = self.accounts.get(ended.number)
        if account is not None and ended.registered - account.active > DAY:
            self.put(account._replace(active=ended.registered))

    def _change(self, kind: str, key: tuple[str, ...], value: Value | None) -> int:
        """
        Make one change, journal it, and keep it for whoever listens.
        """
        old = self._get(kind, key)
        if value == old:
            return self.journal.number
        self._set(kind, old, value)
        if kind in self._listeners:
            self._news.append((kind, old, value))
        return self.journal.record(kind, key, value)

    # ending

    def expire(self, now: float) -> int:
        """
        Remove every binding whose time is over.

        @return: how many were removed.
        """
        over = self.ends.due(now, self.binding)
        for binding in over:
            self.unbind(binding)
        self.ends.tidy(self.bindings.values(), len(self.bindings))
        return len(over)

    def unbind(self, binding: Binding) -> int:
        """
        Remove one binding.

        @return: as L{put}.
        """
        rest = tuple(
            other
            for other in self.bindings.get(binding.number, NOTHING)
            if other.key != binding.key
        )
        return self.bind(binding.number, rest)

    # listening

    def listen(self, kind: str, listener: Listener) -> None:
        """
        Have C{listener(old, new)} called for each change of C{kind}, after
        the rule that made it has returned; C{None} stands for nothing.
        """
        if kind not in KINDS:
            raise KeyError(kind)
        self._listeners.setdefault(kind, []).append(listener)

    def tell(self) -> None:
        """
        Tell the listeners what has changed since the last call.

        What a listener changes is told too, after what came before it.
        """
        while self._news:
            news, self._news = self._news, []
            for kind, old, new in news:
                for listener in self._listeners[kind]:
                    listener(old, new)
