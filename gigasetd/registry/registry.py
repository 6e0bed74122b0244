# -*- test-case-name: tests.registry.test_registry -*-
"""
The registry: every device, account, binding and token, in memory.

It is the authoritative state; the database follows.  All changes come through
here, so that the journal and the listeners of a kind miss none.  Rules change
it and return; the loop that called the rule then calls L{Registry.notify}
once.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from gigasetd.registry.journal import Journal
from gigasetd.registry.model import KIND_OF, KINDS, Binding, Value
from gigasetd.registry.tables import NOTHING, Tables, flowOf

Listener = Callable[[Any, Any], None]
V = TypeVar("V", bound=Value)

DAY = 86400.0


class Registry(Tables):
    """
    Holds all values; journals each change and notifies listeners of it.

    @ivar journal: the changes that are not on disk yet.
    """

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self.journal = journal
        self._listeners: dict[str, list[Listener]] = {}
        self._pending: list[tuple[str, Any, Any]] = []

    # loading

    def load(self, values: Iterable[Value]) -> None:
        """
        Take in stored values; neither journal nor listeners learn of it.
        """
        for value in values:
            self._set(KIND_OF[type(value)].name, None, value)

    def replay(self, kind: str, key: tuple[str, ...], value: Value | None) -> None:
        """
        Repeat one change of an earlier run, read from the spool.

        The journal records it again, since the database may lack it.
        """
        old = self._get(kind, key)
        if value != old:
            self._set(kind, old, value)
        self.journal.record(kind, key, value)

    # changing

    def put(self, value: Value) -> int:
        """
        Set C{value} under its key.

        @return: the change's number; the journal's newest number where
            C{value} changes nothing.
        """
        kind = KIND_OF[type(value)]
        key: tuple[str, ...] = value[: kind.width]  # type: ignore[assignment]
        return self._change(kind.name, key, value)

    def drop(self, value: Value) -> int:
        """
        Remove the value that has C{value}'s key.

        @return: as L{put}.
        """
        kind = KIND_OF[type(value)]
        key: tuple[str, ...] = value[: kind.width]  # type: ignore[assignment]
        return self._change(kind.name, key, None)

    def bind(self, number: str, bindings: tuple[Binding, ...]) -> int:
        """
        Replace all bindings of C{number} in one step.

        @return: the number of the last change.
        """
        old = self.bindings.get(number, NOTHING)
        before = {binding.key: binding for binding in old}
        for binding in bindings:
            self._rebind(before.pop(binding.key, None), binding)
        for removed in before.values():
            self._noteBinding(removed, None)
        if bindings:
            self.bindings[number] = bindings
        elif old:
            del self.bindings[number]
        return self.journal.number

    def _rebind(self, old: Binding | None, new: Binding) -> None:
        # An unchanged binding costs neither a journal entry nor a write.
        if old is new:
            return
        if old is None or new.expires < old.expires:
            self.expiries.note(new)
        self._noteBinding(old, new)

    def _noteBinding(self, old: Binding | None, new: Binding | None) -> None:
        some = new or old
        assert some is not None
        if old is None or new is None or flowOf(old) != flowOf(new):
            if old is not None:
                self._unflow(old)
            if new is not None:
                self._inflow(new)
        self.journal.record("binding", (some.number, some.key), new)
        if new is None:
            self._noteUse(some)
        if "binding" in self._listeners:
            self._pending.append(("binding", old, new))

    def _noteUse(self, ended: Binding) -> None:
        # A bound number is in use; when its binding ends, the account notes until
        # when, to the day, so that retention does not cost a write each time.
        account = self.accounts.get(ended.number)
        if account is not None and ended.registered - account.active > DAY:
            self.put(account._replace(active=ended.registered))

    def _change(self, kind: str, key: tuple[str, ...], value: Value | None) -> int:
        old = self._get(kind, key)
        if value == old:
            return self.journal.number
        self._set(kind, old, value)
        if kind in self._listeners:
            self._pending.append((kind, old, value))
        return self.journal.record(kind, key, value)

    # ending

    def expire(self, now: float) -> int:
        """
        Remove every binding that has expired.

        @return: how many were removed.
        """
        expired = self.expiries.due(now, self.binding)
        for binding in expired:
            self.unbind(binding)
        self.expiries.tidy(self.bindings.values(), len(self.bindings))
        return len(expired)

    def unbind(self, binding: Binding) -> int:
        """
        Remove one binding.

        @return: as L{put}.
        """
        others = tuple(
            other
            for other in self.bindings.get(binding.number, NOTHING)
            if other.key != binding.key
        )
        return self.bind(binding.number, others)

    # listening

    def listen(self, kind: str, listener: Listener) -> None:
        """
        Call C{listener(old, new)} for each change of C{kind}, after the rule
        that made it has returned.

        C{old} is L{None} for a new value, C{new} for a removed one.

        @raise KeyError: there is no such kind.
        """
        if kind not in KINDS:
            raise KeyError(kind)
        self._listeners.setdefault(kind, []).append(listener)

    def notify(self) -> None:
        """
        Call the listeners for each change since the last call.

        Changes that listeners make follow, after those that came before.
        """
        while self._pending:
            changes, self._pending = self._pending, []
            for kind, old, new in changes:
                for listener in self._listeners[kind]:
                    listener(old, new)
