# -*- test-case-name: tests.store.postgres.test_store -*-
"""
A session with PostgreSQL, over txpostgres.

txpostgres has no deadlines; to cancel it connects again, which blocks; and its
detector of dead connections logs what is not our fault.  So a session is used
until it ends, for whatever reason, and then replaced.  A deadline or a
cancelled Deferred closes the socket, and the server rolls back.

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
"""Seconds for one response; above the server's own limit for a statement."""

REJECTED = ("22", "23", "54")
"""Classes of SQLSTATE for errors of a row: data, constraints, limits."""

PERMANENT = (
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
"""Errors that no retry mends, in the words of libpq and the server."""


class PermanentError(StoreError):
    """
    The server refuses the daemon, and will refuse it again.
    """


class RowRejected(Exception):
    """
    The server rejects a row; the session goes on.

    @ivar code: the SQLSTATE.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TolerantReactor:
    """
    The reactor, for a connection whose socket may be closed between two calls:
    to watch a closed socket would raise; here it calls C{closed}.
    """

    def __init__(self, reactor: Any, closed: Callable[[], None]) -> None:
        self._reactor = reactor
        self._closed = closed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def addReader(self, reader: Any) -> None:
        """
        Watch a socket for input.
        """
        self._watch(reader, self._reactor.addReader)

    def addWriter(self, writer: Any) -> None:
        """
        Watch a socket for room to write.
        """
        self._watch(writer, self._reactor.addWriter)

    def _watch(self, watched: Any, add: Callable[[Any], None]) -> None:
        if watched.fileno() < 0:
            self._reactor.callLater(0, self._closed)
        else:
            add(watched)


class QuietConnection(Connection):  # type: ignore[misc]
    """
    A connection that reports its end instead of logging it.
    """

    def __init__(self, reactor: Any, died: Callable[[str], None]) -> None:
        """
        @param died: called with the reason.
        """
        why = "the connection was closed by the server"
        super().__init__(TolerantReactor(reactor, lambda: died(why)))
        self._died = died

    def continuePolling(self, swallowErrors: bool = False) -> None:
        """
        As in txpostgres, but an error that no Deferred receives ends the
        session.
        """
        try:
            super().continuePolling(swallowErrors)
        except psycopg2.Error as error:
            # Later, because the caller still uses the connection.
            self.reactor.callLater(0, self._died, oneLine(error))


class PostgresSession:
    """
    One session: connects once, executes one statement at a time.

    @ivar ended: why it can no longer be used, C{""} while it can.
    """

    def __init__(self, reactor: Any) -> None:
        self.ended = ""
        self._reactor = reactor
        self._connection = QuietConnection(reactor, self.end)

    def connect(self, parameters: Parameters, patience: float) -> Deferred[None]:
        """
        Connect; once only.

        @param patience: seconds.
        @return: fails with L{PermanentError}, or with another L{StoreError}
            where a retry may help.
        """

        def start() -> Deferred[Any]:
            started: Deferred[Any] = self._connection.connect(**parameters)
            return started.addCallback(lambda _: None)

        return self._within(patience, start)

    def query(
        self, sql: str, *arguments: Any, patience: float = 0.0
    ) -> Deferred[list[tuple[Any, ...]]]:
        """
        Execute one statement and fetch its rows.

        @param patience: seconds for the response, C{0} for L{PATIENCE}.
        @return: the rows; fails with L{RowRejected} where the server rejects a
            row, else with L{StoreError}, and the session has ended.
        """

        def start() -> Deferred[Any]:
            cursor = self._connection.cursor()
            started: Deferred[Any] = cursor.execute(sql, arguments or None)
            return started.addCallback(
                lambda _: cursor.fetchall() if cursor.description else []
            )

        return self._within(patience or PATIENCE, start)

    def end(self, why: str) -> None:
        """
        Close the socket, also while a statement runs.
        """
        if not self.ended:
            self.ended = why or "closed"
            if self._connection.pollable() is not None:
                self._connection.close()

    def _within(
        self, patience: float, start: Callable[[], Deferred[Any]]
    ) -> Deferred[Any]:
        done: Deferred[Any] = Deferred(lambda _: cancelled())
        open_ = True

        def cancelled() -> None:
            nonlocal open_
            open_ = False
            alarm.cancel()
            self.end("cancelled")

        def answered(result: Any) -> None:
            if not open_:
                return
            if alarm.active():
                alarm.cancel()
            if isinstance(result, Failure):
                done.errback(self._translated(result))
            else:
                done.callback(result)

        late = f"no response for {patience:g} s"
        alarm = self._reactor.callLater(patience, self.end, late)
        try:
            if self.ended:
                raise StoreError(self.ended)
            start().addBoth(answered)
        except Exception:
            # The socket is closed already.
            answered(Failure())
        return done

    def _translated(self, failure: Failure) -> Exception:
        error = failure.value
        if isinstance(error, psycopg2.Error):
            code = error.pgcode or ""
            if code[:2] in REJECTED:
                return RowRejected(code)
            text = oneLine(error)
        elif isinstance(error, CancelledError):
            text = "the server ended a statement that took too long"
        elif isinstance(error, StoreError):
            text = str(error)
        else:
            text = self.ended or "the connection was lost"
        self.end(text)
        permanent = isinstance(error, psycopg2.Error) and any(
            words in text for words in PERMANENT
        )
        return PermanentError(text) if permanent else StoreError(text)


def oneLine(error: psycopg2.Error) -> str:
    """
    Shorten libpq's message to the line that matters.

    Where several addresses were tried, that is the line of a server that
    responded.
    """
    lines = [" ".join(line.split()) for line in str(error).splitlines()]
    lines = [line for line in lines if line] or [type(error).__name__]
    answered = [line for line in lines if "FATAL:" in line]
    return (answered or lines)[0]
