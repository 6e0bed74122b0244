# -*- test-case-name: tests.web.http.test_connections -*-
"""
The open HTTP connections by source, and which gives way to a new one.

Each source has a share, and the local networks have a reserve, so that no stranger
can keep others out.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from gigasetd.web.http.limits import ConnectionLimits
from gigasetd.web.http.origins import Origin


class Connection(Protocol):
    """
    A connection, as far as the table needs it.
    """

    @property
    def origin(self) -> Origin:
        """
        Where it comes from.
        """

    def giveWay(self) -> None:
        """
        Close, because another needs its place.
        """


class NoRoom(Exception):
    """
    There is no room, and no connection that could give way.
    """


class Share:
    """
    The connections of one source, each kind in the order of its time.

    @ivar count: all of them, also those whose request is being answered.
    @ivar silent: those that have not sent a whole request yet.
    @ivar idle: those that wait for a further request, or are closing.
    """

    __slots__ = ("count", "idle", "local", "silent")

    def __init__(self, local: bool) -> None:
        self.local = local
        self.count = 0
        self.silent: dict[Connection, None] = {}
        self.idle: dict[Connection, None] = {}

    def waiting(self) -> int:
        """
        Count the connections that may give way.
        """
        return len(self.silent) + len(self.idle)

    def oldest(self) -> Connection:
        """
        Return the connection that gives way first.

        @raise NoRoom: all have a request that is being answered.
        """
        for connections in (self.silent, self.idle):
            if connections:
                return next(iter(connections))
        raise NoRoom


class ConnectionTable:
    """
    @ivar limits: a reload replaces them.
    """

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self._shares: dict[str, Share] = {}
        self._open: dict[Connection, Share] = {}
        self._strangers = 0

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._open))

    def __contains__(self, connection: object) -> bool:
        return connection in self._open

    def overShare(self, origin: Origin) -> bool:
        """
        Tell whether a source has its share of connections already.
        """
        share = self._shares.get(origin.source)
        over = share is not None and share.count >= self.limits.share
        return over and not origin.proxy

    def yielding(self, origin: Origin) -> Connection | None:
        """
        Choose the connection that gives way to a new one.

        @return: C{None} where there is room.
        @raise NoRoom: there is none, and every connection is in use.
        """
        if self.overShare(origin):
            return self._shares[origin.source].oldest()
        return self._greediest(origin.local) if self._isFull(origin) else None

    def add(self, connection: Connection) -> None:
        """
        Add a new connection; it is silent.
        """
        origin = connection.origin
        share = self._shares.get(origin.source)
        if share is None:
            share = self._shares[origin.source] = Share(origin.local)
        share.count += 1
        share.silent[connection] = None
        self._open[connection] = share
        self._strangers += not share.local

    def answers(self, connection: Connection) -> None:
        """
        Note that a connection has sent a whole request.
        """
        share = self._open.get(connection)
        if share is not None:
            share.silent.pop(connection, None)
            share.idle.pop(connection, None)

    def idles(self, connection: Connection) -> None:
        """
        Note that a connection waits for a further request, or is closing.
        """
        share = self._open.get(connection)
        if share is not None and connection not in share.silent:
            share.idle[connection] = None

    def remove(self, connection: Connection) -> None:
        """
        Remove a closed connection; nothing if it is not there.
        """
        share = self._open.pop(connection, None)
        if share is None:
            return
        share.silent.pop(connection, None)
        share.idle.pop(connection, None)
        share.count -= 1
        self._strangers -= not share.local
        if not share.count:
            del self._shares[connection.origin.source]

    def _isFull(self, origin: Origin) -> bool:
        most, _, reserve = self.limits
        if len(self._open) >= most:
            return True
        # A small limit is shared alike: a reserve above it would lock out all.
        return not origin.local and self._strangers >= most - min(reserve, most // 2)

    def _greediest(self, local: bool) -> Connection:
        # Linear in the number of sources, but only where all room is taken.
        shares = self._shares.values()
        strangers = [each for each in shares if not each.local and each.waiting()]
        if not strangers and local:
            strangers = [each for each in shares if each.waiting()]
        if not strangers:
            raise NoRoom
        return max(strangers, key=Share.waiting).oldest()
