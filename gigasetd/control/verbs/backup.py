# -*- test-case-name: tests.control.verbs.test_backup -*-
"""
The daemon's side of C{backup} and C{restore}: sends all values of the registry
as rows, and replaces them by the rows of a backup.

Working on the registry, not on the database, keeps both in agreement, and
makes a backup independent of the database in use.  Rows are transferred by
many small requests, so that other work goes on between them.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_hex
from typing import Any

from gigasetd.accounts.proposal import Sealer
from gigasetd.control.dispatcher import Persistence
from gigasetd.control.messages import Event, LongWork, Result, Verb, VerbRequest
from gigasetd.errors import BadValue, Conflict
from gigasetd.keys.sealing import VaultError
from gigasetd.registry.codec import TYPES
from gigasetd.registry.model import KIND_OF, KINDS, Account, Value
from gigasetd.registry.registry import Registry
from gigasetd.registry.restore import replacing

FORMAT = 1
"""The version of the file."""

ROWS = 500
"""Rows of one request: a few milliseconds of work."""

IDLE = 60.0
"""Seconds without a request after which a backup or restore is abandoned."""


class BackupVerbs:
    """
    One backup or restore at a time; a new one ends the one before.
    """

    def __init__(
        self,
        registry: Registry,
        store: Persistence,
        sealer: Sealer,
        reactor: Any,
    ) -> None:
        self._registry = registry
        self._store = store
        self._sealer = sealer
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
        Abandon the backup or restore under way.
        """
        self._name, self._rows = "", []
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()

    def _begin(self, rows: list[Value]) -> str:
        self.forget()
        self._rows = rows
        self._name = token_hex(8)
        self._alarm = self._reactor.callLater(IDLE, self.forget)
        return self._name

    def _resume(self, request: VerbRequest) -> None:
        """
        Check that a request belongs to the transfer under way.

        @raise Conflict: another one has begun since, or it timed out.
        """
        if not self._name or request.text("name") != self._name:
            raise Conflict(
                "another transfer has begun, or this one timed out: start again"
            )
        self._alarm.reset(IDLE)

    # out

    def backupBegin(self, request: VerbRequest) -> Result:
        """
        C{backup begin}: take a snapshot of all values.

        @return: the transfer's C{name}, and the C{header} of the file.
        """
        name = self._begin(self._registry.everything())
        header = {
            "gigasetd": "backup",
            "format": FORMAT,
            "made": round(request.now),
            "kinds": {kind.name: kind.type._fields for kind in KINDS.values()},
            "rows": len(self._rows),
        }
        return Result({"name": name, "header": header})

    def backupRows(self, request: VerbRequest) -> Result:
        """
        C{backup rows}: return the next rows, an empty list after the last.

        @raise Conflict: the transfer is over.
        """
        self._resume(request)
        part = self._rows[-ROWS:]
        del self._rows[-ROWS:]
        if not part:
            self.forget()
        rows = [[KIND_OF[type(value)].name, *value] for value in part]
        return Result({"rows": rows})

    # in

    def restoreBegin(self, request: VerbRequest) -> Result:
        """
        C{restore begin}: check that this daemon can take the backup.

        @raise Conflict: there are devices already, without C{force}.
        @raise BadValue: the backup has kinds or columns unknown to this
            version.
        """
        self._force = request.flag("force")
        self._checkRoom()
        self._columns = _columns(request.arguments.get("kinds"))
        return Result({"name": self._begin([])})

    def _checkRoom(self) -> None:
        registry = self._registry
        if not self._force and (registry.devices or registry.accounts):
            count = max(len(registry.devices), len(registry.accounts))
            raise Conflict(
                f"the daemon has {count} devices; --force replaces all its data"
            )

    def restoreRows(self, request: VerbRequest) -> Result:
        """
        C{restore rows}: collect rows.

        @raise BadValue: a row is malformed, or its password cannot be read.
        @raise Conflict: the transfer is over.
        """
        self._resume(request)
        rows = request.arguments.get("rows")
        if not isinstance(rows, list):
            raise BadValue("rows must be a list")
        self._rows += [self._opened(_value(self._columns, row)) for row in rows]
        return Result({"rows": len(self._rows)})

    def _opened(self, value: Value) -> Value:
        """
        Encrypt an account's password with the newest key.

        @raise BadValue: no key of this daemon opens it.
        """
        if not isinstance(value, Account) or not value.password:
            return value
        try:
            self._sealer.open(value)
        except VaultError as error:
            raise BadValue(
                f"the passwords need the key file that was used at the backup: {error}"
            ) from None
        return self._sealer.renewed(value)

    def restoreCommit(self, request: VerbRequest) -> LongWork:
        """
        C{restore commit}: replace all values by the rows.

        @raise Conflict: a device was added since C{restore begin}.
        @raise BadValue: rows are missing.
        """
        self._resume(request)
        self._checkRoom()
        rows = self._rows
        if request.arguments.get("rows") != len(rows):
            raise BadValue(f"{len(rows)} rows arrived, not all; nothing restored")
        self.forget()
        return LongWork(self._replace(rows), lambda: Result({"restored": len(rows)}))

    def _replace(self, rows: list[Value]) -> Iterator[Event | Any]:
        # Each slice is spooled before the next one begins.
        for done, total in replacing(self._registry, rows, ROWS):
            self._store.settle()
            yield {"progress": [done, total]}
        yield self._store.safe(self._registry.journal.number)


def _columns(kinds: Any) -> dict[str, list[str]]:
    """
    Check the kinds and columns of a backup.

    @raise BadValue: this version does not know one.
    """
    if not isinstance(kinds, dict):
        raise BadValue("the backup's first line has no kinds")
    for kind, columns in kinds.items():
        known = KINDS[kind].type._fields if kind in KINDS else ()
        if not isinstance(columns, list) or not columns or set(columns) - {*known}:
            raise BadValue(
                f"this version does not know the columns of {str(kind)[:40]!r}: "
                "restore the backup with the version that wrote it"
            )
    return kinds


def _value(columns: dict[str, list[str]], row: Any) -> Value:
    """
    Make a value of a row; columns that an older version lacked are empty.

    @raise BadValue: the row does not fit the columns.
    """
    if not isinstance(row, list) or not row or row[0] not in columns:
        raise BadValue("a row has a kind that is not in the backup's first line")
    name, *fields = row
    if len(fields) != len(columns[name]):
        raise BadValue(
            f"a row of {name} has {len(fields)} fields, not {len(columns[name])}"
        )
    byColumn = dict(zip(columns[name], fields))
    kind = KINDS[name].type
    return kind._make(
        _field(f"{name}.{field}", byColumn[field], form)
        if field in byColumn
        else kind._field_defaults.get(field, form())
        for field, form in zip(kind._fields, TYPES[name])
    )


def _field(name: str, value: Any, form: type) -> Any:
    # A whole number may stand for a time: other writers of JSON drop ".0".
    if form is float and type(value) is int:
        return float(value)
    if type(value) is not form:
        raise BadValue(f"{name} is {type(value).__name__}, must be {form.__name__}")
    return value
