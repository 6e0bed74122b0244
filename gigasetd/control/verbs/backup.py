# -*- test-case-name: tests.control.verbs.test_backup -*-
"""
C{backup} and C{restore}: the whole registry as rows, out of the daemon and
back in, so that memory and database agree and either database will do.

A request is small and its answer too: the rows of one moment are fetched, or
brought and then taken over, by many requests in a row.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from secrets import token_hex
from typing import Any

from gigasetd.accounts.proposal import Sealer
from gigasetd.control.dispatcher import Keeper
from gigasetd.control.messages import Answer, Asked, Event, Slow, Verb
from gigasetd.errors import BadValue, Conflict
from gigasetd.keys.sealing import VaultError
from gigasetd.registry.codec import TYPES
from gigasetd.registry.model import KIND_OF, KINDS, Account, Value
from gigasetd.registry.registry import Registry
from gigasetd.registry.replace import replacing

FORMAT = 1
"""The version of the file."""

ROWS = 500
"""Rows that are told or taken in one go: a few milliseconds."""

IDLE = 60.0
"""Seconds after which a backup or restore that nobody goes on with is over."""


class Backup:
    """
    One backup and one restore at a time; a new one ends the one before.
    """

    def __init__(
        self,
        registry: Registry,
        keeper: Keeper,
        sealer: Sealer,
        now: Callable[[], float],
        reactor: Any,
    ) -> None:
        self._registry = registry
        self._keeper = keeper
        self._sealer = sealer
        self._now = now
        self._reactor = reactor
        self._name = ""
        self._rows: list[Value] = []
        self._columns: dict[str, list[str]] = {}
        self._force = False
        self._alarm: Any = None

    def table(self) -> dict[str, Verb]:
        """
        The verbs by name.
        """
        return {
            "backup begin": self.backupBegin,
            "backup rows": self.backupRows,
            "restore begin": self.restoreBegin,
            "restore rows": self.restoreRows,
            "restore commit": self.restoreCommit,
        }

    def forget(self) -> None:
        """
        Let the rows go.
        """
        self._name, self._rows = "", []
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()

    def _begin(self, rows: list[Value]) -> str:
        """
        Keep rows under a fresh name.
        """
        self.forget()
        self._rows = rows
        self._name = token_hex(8)
        self._alarm = self._reactor.callLater(IDLE, self.forget)
        return self._name

    def _resume(self, asked: Asked) -> None:
        """
        Go on with what was begun.

        @raise Conflict: that is over.
        """
        if not self._name or asked.text("name") != self._name:
            raise Conflict("another backup or restore was begun meanwhile; try again")
        self._alarm.reset(IDLE)

    # out

    def backupBegin(self, asked: Asked) -> Answer:
        """
        Note all there is at this moment.
        """
        name = self._begin(self._registry.everything())
        header = {
            "gigasetd": "backup",
            "format": FORMAT,
            "made": round(self._now()),
            "kinds": {kind.name: kind.type._fields for kind in KINDS.values()},
            "rows": len(self._rows),
        }
        return Answer({"name": name, "header": header})

    def backupRows(self, asked: Asked) -> Answer:
        """
        The next rows; none, when there are no more.
        """
        self._resume(asked)
        part = self._rows[-ROWS:]
        del self._rows[-ROWS:]
        if not part:
            self.forget()
        rows = [[KIND_OF[type(value)].name, *value] for value in part]
        return Answer({"rows": rows})

    # in

    def restoreBegin(self, asked: Asked) -> Answer:
        """
        Be ready for rows.

        @raise Conflict: something is here already, and may not be replaced.
        @raise BadValue: the backup has what this version does not know.
        """
        self._force = asked.flag("force")
        self._checkRoom()
        self._columns = _columns(asked.arguments.get("kinds"))
        return Answer({"name": self._begin([])})

    def _checkRoom(self) -> None:
        """
        See that nobody's devices are lost by accident.
        """
        registry = self._registry
        if not self._force and (registry.devices or registry.accounts):
            count = max(len(registry.devices), len(registry.accounts))
            raise Conflict(
                f"the store holds {count} devices; --force replaces everything in it"
            )

    def restoreRows(self, asked: Asked) -> Answer:
        """
        Take some rows.

        @raise BadValue: one of them is none.
        """
        self._resume(asked)
        rows = asked.arguments.get("rows")
        if not isinstance(rows, list):
            raise BadValue("the rows are no list")
        self._rows += [self._opened(_value(self._columns, row)) for row in rows]
        return Answer({"rows": len(self._rows)})

    def _opened(self, value: Value) -> Value:
        """
        The value, its password sealed under the key of today.

        @raise BadValue: nobody here can open it, nor could the next start.
        """
        if not isinstance(value, Account) or not value.password:
            return value
        try:
            self._sealer.open(value)
        except VaultError as error:
            raise BadValue(
                f"the backup's passwords need the key file of its time: {error}"
            ) from None
        return self._sealer.renewed(value)

    def restoreCommit(self, asked: Asked) -> Slow:
        """
        Put the rows in the place of everything there is.

        @raise Conflict: a device was added meanwhile.
        """
        self._resume(asked)
        self._checkRoom()
        rows = self._rows
        if asked.arguments.get("rows") != len(rows):
            raise BadValue(f"{len(rows)} rows came; nothing restored")
        self.forget()
        return Slow(self._replace(rows), lambda: Answer({"restored": len(rows)}))

    def _replace(self, rows: list[Value]) -> Iterator[Event | Any]:
        """
        As L{restoreCommit}, in slices, each spooled before the next begins.
        """
        for done, total in replacing(self._registry, rows, ROWS):
            self._keeper.settle()
            yield {"progress": [done, total]}
        yield self._keeper.safe(self._registry.journal.number)


def _columns(kinds: Any) -> dict[str, list[str]]:
    """
    A backup's kinds and columns, all of which we know.

    @raise BadValue: one is unknown.
    """
    if not isinstance(kinds, dict):
        raise BadValue("the backup names no kinds")
    for kind, columns in kinds.items():
        known = KINDS[kind].type._fields if kind in KINDS else ()
        if not isinstance(columns, list) or not columns or set(columns) - {*known}:
            raise BadValue(
                f"the backup holds {str(kind)[:40]!r} in a form that this version "
                "does not know: restore it with the version that made it"
            )
    return kinds


def _value(columns: dict[str, list[str]], row: Any) -> Value:
    """
    A row as a value; what an older version did not have is empty.

    @raise BadValue: it has the wrong form.
    """
    if not isinstance(row, list) or not row or row[0] not in columns:
        raise BadValue("a row has no kind that the backup's first line names")
    name, *fields = row
    if len(fields) != len(columns[name]):
        raise BadValue(f"a row of {name} has {len(fields)} fields")
    given = dict(zip(columns[name], fields))
    kind = KINDS[name].type
    return kind._make(
        _field(f"{name}.{field}", given[field], form)
        if field in given
        else kind._field_defaults.get(field, form())
        for field, form in zip(kind._fields, TYPES[name])
    )


def _field(name: str, value: Any, form: type) -> Any:
    """
    A field of the right type; a whole number may stand for a time.
    """
    if form is float and type(value) is int:
        return float(value)
    if type(value) is not form:
        raise BadValue(f"{name} is {type(value).__name__} instead of {form.__name__}")
    return value
