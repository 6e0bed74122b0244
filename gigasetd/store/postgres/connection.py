# -*- test-case-name: tests.store.postgres.test_store -*-
"""
One connection to Postgres, over txpostgres, with what that leaves to us.

txpostgres has no deadlines; its cancelling connects anew, and that blocks;
its detector of dead connections logs what is no fault of ours.  So a session
here is used until it ends, for whatever reason, and then replaced: a deadline
or a cancelled Deferred closes the socket, and the server rolls back.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg2
from twisted.internet.defer import CancelledError, Deferred
from twisted.python.failure import Failure
from txpostgres.txpostgres import Connection

from gigasetd.errors import StoreError
from gigasetd.store.postgres.dsn import Parameters

PATIENCE = 20.0
"""Seconds for one answer; above what the server allows a statement."""

UNFIT = ("22", "23", "54")
"""Classes of SQLSTATE that blame the rows: data, constraints, limits."""

HOPELESS = (
    "authentication failed",
    "no password supplied",
    "does not exist",
    "no pg_hba.conf entry",
    "not permitted to log in",
    "permission denied for database",
    "does not support SSL",
    "certificate verify failed",
    "certificate file",
    "invalid connection option",
    "invalid port number",
)
"""What no waiting mends, in the words of libpq and the server."""


class PermanentError(StoreError):
    """
    The server refuses us, and will refuse us again.
    """


class RowRejected(Exception):
    """
    The server does not take a row; the session goes on.

    @ivar code: its SQLSTATE.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TolerantReactor:
    """
    The reactor, for a connection that may die between two moves: a socket
    that is gone is not watched, which would raise, but told.
    """

    def __init__(self, reactor: Any, gone: Callable[[], None]) -> None:
        self._reactor = reactor
        self._gone = gone

    def __getattr__(self, name: str) -> Any:
        """
        Everything else is the reactor's.
        """
        return getattr(self._reactor, name)

    def addReader(self, reader: Any) -> None:
        """
        Watch for what can be read.
        """
        self._watch(reader, self._reactor.addReader)

    def addWriter(self, writer: Any) -> None:
        """
        Watch for room to write.
        """
        self._watch(writer, self._reactor.addWriter)

    def _watch(self, watched: Any, add: Callable[[Any], None]) -> None:
        """
        Watch a socket that is there.
        """
        if watched.fileno() < 0:
            self._reactor.callLater(0, self._gone)
        else:
            add(watched)


class QuietConnection(Connection):  # type: ignore[misc]
    """
    A connection that tells of its death instead of having it logged.
    """

    died: Callable[[str], None]

    def __init__(self, reactor: Any) -> None:
        gone = "the connection was closed by the server"
        super().__init__(TolerantReactor(reactor, lambda: self.died(gone)))

    def continuePolling(self, swallowErrors: bool = False) -> None:
        """
        As in txpostgres; an error that nobody waits for is the end.
        """
        try:
            super().continuePolling(swallowErrors)
        except psycopg2.Error as error:
            # Not at once: the caller still works with the connection.
            self.reactor.callLater(0, self.died, oneLine(error))


class PostgresSession:
    """
    @ivar ended: why it can no longer be used; C{""} while it can.
    """

    def __init__(self, reactor: Any) -> None:
        self.ended = ""
        self._reactor = reactor
        self._connection = QuietConnection(reactor)
        self._connection.died = self.end

    def connect(self, given: Parameters, patience: float) -> Deferred[None]:
        """
        Connect, once.

        @return: fails with L{PermanentError}, or with L{StoreError} where trying
            again may help.
        """

        def start() -> Deferred[Any]:
            started: Deferred[Any] = self._connection.connect(**given)
            return started.addCallback(lambda _: None)

        return self._within(patience, start)

    def query(
        self, sql: str, *given: Any, patience: float = 0.0
    ) -> Deferred[list[tuple[Any, ...]]]:
        """
        Execute one statement and fetch its rows.

        @param patience: seconds for the answer, else L{PATIENCE}.
        @return: fails with L{RowRejected} where a row is to blame, else with
            L{StoreError}; the session has then ended.
        """

        def start() -> Deferred[Any]:
            cursor = self._connection.cursor()
            started: Deferred[Any] = cursor.execute(sql, given or None)
            return started.addCallback(
                lambda _: cursor.fetchall() if cursor.description else []
            )

        return self._within(patience or PATIENCE, start)

    def end(self, why: str) -> None:
        """
        Close the socket, whatever is under way.
        """
        if not self.ended:
            self.ended = why or "closed"
            if self._connection.pollable() is not None:
                self._connection.close()

    def _within(
        self, patience: float, start: Callable[[], Deferred[Any]]
    ) -> Deferred[Any]:
        """
        Have something done within so many seconds.
        """
        done: Deferred[Any] = Deferred(lambda _: cancelled())
        open_ = True

        def cancelled() -> None:
            nonlocal open_
            open_ = False
            alarm.cancel()
            self.end("given up")

        def answered(result: Any) -> None:
            if not open_:
                return
            if alarm.active():
                alarm.cancel()
            if isinstance(result, Failure):
                done.errback(self._translated(result))
            else:
                done.callback(result)

        late = f"no answer for {patience:g} s"
        alarm = self._reactor.callLater(patience, self.end, late)
        try:
            if self.ended:
                raise StoreError(self.ended)
            start().addBoth(answered)
        except Exception:
            # The socket is gone already.
            answered(Failure())
        return done

    def _translated(self, failure: Failure) -> Exception:
        """
        What went wrong, as the store tells it; ends the session unless only
        a row is to blame.
        """
        error = failure.value
        if isinstance(error, psycopg2.Error):
            code = error.pgcode or ""
            if code[:2] in UNFIT:
                return RowRejected(code)
            text = oneLine(error)
        elif isinstance(error, CancelledError):
            text = "the server ended a statement that took too long"
        elif isinstance(error, StoreError):
            text = str(error)
        else:
            text = self.ended or "the connection was lost"
        self.end(text)
        hopeless = isinstance(error, psycopg2.Error) and any(
            words in text for words in HOPELESS
        )
        return PermanentError(text) if hopeless else StoreError(text)


def oneLine(error: psycopg2.Error) -> str:
    """
    The line that matters of a message; where several addresses were tried,
    that of a server that answered.
    """
    lines = [" ".join(line.split()) for line in str(error).splitlines()]
    lines = [line for line in lines if line] or [type(error).__name__]
    answered = [line for line in lines if "FATAL:" in line]
    return (answered or lines)[0]
