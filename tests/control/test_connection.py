"""
Tests for L{gigasetd.control.connection}, over a real Unix socket.
"""

from __future__ import annotations

from twisted.internet.testing import StringTransport

from gigasetd.control import connection
from tests.control.case import ControlCase
from tests.forgetting import Forgotten


class ConnectionTests(ControlCase):
    """
    One request each, whatever the client does.
    """

    async def test_garbage(self):
        """
        What is no request is refused; the next one is served.
        """
        for line in (
            b"",
            b"{",
            b"[]",
            b"\xff\x00",
            b"[" * 100000,
            b'{"verb": 3}',
            b'{"verb": "status", "arguments": []}',
            b'{"verb": "fly"}',
            b'{"verb": "device show"}',
            b'{"verb": "device add", "arguments": {"mac": 7}}',
            b'{"verb": "device import", "arguments": {"text": {}}}',
        ):
            (answer,) = await self.say(line + b"\n")
            self.assertEqual(list(answer), ["refused"], line)
        self.assertIn("done", await self.ask("status"))
        self.assertEqual(self.flushLoggedErrors(), [])

    async def test_tooLong(self):
        """
        A request has a limit.
        """
        self.patch(connection, "LONGEST", 1000)
        (answer,) = await self.say(b"x" * 1001)
        self.assertIn("1000", answer["refused"])

    async def test_slowly(self):
        """
        A request may come in pieces, and is answered once.
        """
        caller = await self.connect()
        for byte in b'{"verb": "status"}\n{"verb": "status"}\n':
            caller.transport.write(bytes([byte]))
        heard = await caller.closed
        self.assertEqual(heard.count(b"\n"), 1)

    async def test_silent(self):
        """
        Who connects and says nothing is dropped after a while.
        """
        self.patch(connection, "PATIENCE", 0.01)
        caller = await self.connect()
        self.assertEqual(await caller.closed, b"")

    async def test_surplus(self):
        """
        Too many at once are turned away; those inside are served.
        """
        self.patch(connection, "CONNECTIONS", 1)
        first = await self.connect()
        first.transport.write(b'{"verb"')
        second = await self.connect()
        self.assertEqual(await second.closed, b"")
        first.transport.write(b': "status"}\n')
        self.assertIn(b"done", await first.closed)
        self.assertEqual(self.control.dispatcher.counts["surplus"], 1)

    async def test_ourFault(self):
        """
        A fault of ours is logged, and told without its details.
        """
        self.built.status.store = lambda: 1 / 0
        answer = await self.ask("status")
        self.assertIn("log", answer["failed"])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    async def test_forgotten(self):
        """
        Nothing of a lost connection waits for a garbage collection.
        """
        forgotten = Forgotten(self)
        factory = connection.ControlFactory(self.built.dispatcher)
        for data in (b"", b"{", b'{"verb": "status", "arguments": {}}\n'):
            server = factory.buildProtocol(None)
            wire = StringTransport()
            server.makeConnection(wire)
            server.dataReceived(data)
            forgotten.add(server, wire)
            server.connectionLost()
        del server, wire
        forgotten.check()
