"""
Tests of L{gigasetd.web.http.connections}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.web.http.connections import Connection, ConnectionTable, NoRoom
from gigasetd.web.http.limits import ConnectionLimits
from gigasetd.web.http.origins import Origin

HOME = Origin("192.168.1.9", local=True)
PROXY = Origin("192.168.1.80", local=True, proxy=True)
MALLORY, BOB = Origin("203.0.113.66"), Origin("198.51.100.7")


class Peer:
    """
    A connection.
    """

    def __init__(self, origin: Origin) -> None:
        self.origin = origin

    def giveWay(self) -> None:
        """
        Nothing: the table only says which.
        """


class TableTests(SynchronousTestCase):
    """
    L{ConnectionTable}: ten connections, four of one source, three for local ones.
    """

    def setUp(self) -> None:
        """
        An empty table.
        """
        self.table = ConnectionTable(ConnectionLimits(10, 4, 3))

    def opened(self, origin: Origin, count: int = 1) -> list[Connection]:
        """
        Open connections, for which there is room.
        """
        peers: list[Connection] = [Peer(origin) for _ in range(count)]
        for peer in peers:
            self.assertIsNone(self.table.yielding(origin))
            self.table.add(peer)
        return peers

    def use(self, *connections: Connection) -> None:
        """
        Each has a request that is being answered.
        """
        for connection in connections:
            self.table.answers(connection)

    def test_share(self) -> None:
        """
        Above its share, a source makes room itself: first by what has said
        nothing, then by what is idle, the oldest first.
        """
        first, second, third, fourth = self.opened(MALLORY, 4)
        self.assertIsNone(self.table.yielding(BOB))
        self.use(first)
        self.assertIs(self.table.yielding(MALLORY), second)
        self.use(second, third, fourth)
        self.table.idles(third)
        self.table.idles(first)
        self.assertIs(self.table.yielding(MALLORY), third)
        self.use(first, third)
        self.assertRaises(NoRoom, self.table.yielding, MALLORY)
        self.table.remove(fourth)
        self.assertIsNone(self.table.yielding(MALLORY))

    def test_proxy(self) -> None:
        """
        A trusted proxy connects for many clients: no share limits it.
        """
        self.opened(PROXY, 10)

    def test_reserve(self) -> None:
        """
        Strangers cannot take the last connections: there the greediest of them
        makes room.
        """
        oldest = self.opened(MALLORY, 4)[0]
        others = self.opened(BOB, 3)
        carol = Origin("192.0.2.3")
        self.assertIs(self.table.yielding(carol), oldest)
        self.opened(HOME, 3)
        self.assertEqual(len(self.table), 10)
        self.assertIs(self.table.yielding(HOME), oldest)
        for peer in list(self.table):
            if peer.origin == MALLORY:
                self.table.remove(peer)
        self.opened(carol, 4)
        self.table.remove(others[0])
        self.assertIsNone(self.table.yielding(HOME))

    def test_inUse(self) -> None:
        """
        What is being answered never makes room, and a stranger never takes the
        place of a local client.
        """
        self.use(*self.opened(MALLORY, 4), *self.opened(BOB, 3))
        local = self.opened(HOME, 3)
        self.assertRaises(NoRoom, self.table.yielding, Origin("192.0.2.3"))
        self.assertIs(self.table.yielding(Origin("192.168.1.10", True)), local[0])

    def test_smallLimit(self) -> None:
        """
        A reserve above the limit leaves half to strangers.
        """
        self.table.limits = ConnectionLimits(4, 4, 256)
        oldest = self.opened(MALLORY, 2)[0]
        self.assertIs(self.table.yielding(BOB), oldest)

    def test_removed(self) -> None:
        """
        A connection that is gone leaves nothing, however often it goes.
        """
        for peer in self.opened(MALLORY, 4):
            self.use(peer)
            self.table.remove(peer)
            self.table.remove(peer)
            self.table.idles(peer)
            self.table.answers(peer)
        self.assertEqual((len(self.table), self.table._strangers), (0, 0))
        self.assertEqual(self.table._shares, {})
        self.opened(MALLORY, 4)
