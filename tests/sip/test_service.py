"""
Tests for L{gigasetd.sip.service}.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.endpoints import TCP4ClientEndpoint, connectProtocol
from twisted.internet.error import CannotListenError
from twisted.logger import globalLogPublisher
from twisted.trial.unittest import TestCase

from gigasetd.config.endpoint import Endpoint
from gigasetd.config.loading import loadConfig
from gigasetd.process.clock import SteadyClock
from gigasetd.sip.message.message import parse
from gigasetd.sip.service import SIPService, part
from tests.sip.jar import ALICE, Jar, Phone, registryOf
from tests.sip.sockets import Caller, Telephone
from tests.sites import built, siteOf

UDP = Endpoint("udp", 0, "127.0.0.1")
TCP = Endpoint("tcp", 0, "127.0.0.1")


class ServiceTests(TestCase):
    """
    The SIP server on loopback.
    """

    timeout = 20

    def setUp(self) -> None:
        """
        One account; what is logged is kept.
        """
        self.registry = registryOf(ALICE)
        self.lines: list[str] = []
        globalLogPublisher.addObserver(self.note)
        self.addCleanup(globalLogPublisher.removeObserver, self.note)

    def note(self, event: Any) -> None:
        """
        Keep the fields of C{listening} lines.
        """
        if "listening service=" in str(event.get("log_format")):
            self.lines.append(str(event))

    def make(self, *listen: Endpoint) -> SIPService:
        """
        A server that listens there.
        """
        config = loadConfig(Path(os.devnull), {})
        config = replace(config, sip=replace(config.sip, listen=listen))
        clock = SteadyClock(reactor.seconds)  # type: ignore[attr-defined]
        site = siteOf(
            config,
            self.registry,
            reactor,
            clock=clock,
        )
        self.built, made = built(site, part)
        self.addCleanup(self._stop, made)
        return made

    async def _stop(self, made: SIPService) -> None:
        if made.running:
            await made.stopService()

    def start(self, *listen: Endpoint) -> SIPService:
        """
        A server that is started.
        """
        made = self.make(*listen)
        made.startService()
        return made

    async def test_register(self) -> None:
        """
        A phone registers over a real socket, and the operator sees it: bound,
        reachable, counted.
        """
        sip = self.start(UDP)
        phone = Telephone()
        port: Any = reactor.listenUDP(0, phone, "127.0.0.1")  # type: ignore
        self.addCleanup(port.stopListening)
        writer = Phone(Jar(), ALICE, "127.0.0.1", port.getHost().port)
        me = f"<sip:{ALICE}@gigaset.net>"
        place = ("127.0.0.1", sip._datagrams[0].port)
        port.write(writer.compose("REGISTER", to=me), place)
        await phone.inbox.until(lambda: len(phone.inbox.data) == 1)
        challenge = parse(phone.inbox.data[0]).first["www-authenticate"]
        proof = writer.proof(challenge, "REGISTER")
        port.write(writer.compose("REGISTER", to=me, headers=[proof]), place)
        await phone.inbox.until(lambda: len(phone.inbox.data) == 2)
        self.assertEqual(parse(phone.inbox.data[1]).start, "SIP/2.0 200 OK")
        (binding,) = self.registry.bindings[ALICE]
        self.assertTrue(self.built.running.reachable(binding))
        self.assertEqual(self.built.status.counters["sip_registrar"]["registered"], 1)
        self.assertEqual(self.built.status.counters["sip_transport"]["datagrams"], 2)

    async def test_streams(self) -> None:
        """
        Connections are counted while they are open, and the stop waits for
        their end.
        """
        sip = self.start(TCP, UDP)
        place = sip._ports[0].getHost()
        caller = Caller()
        client = TCP4ClientEndpoint(reactor, "127.0.0.1", place.port)
        await connectProtocol(client, caller)
        caller.transport.write(b"\r\n\r\n")
        await caller.inbox.until(lambda: caller.heard == b"\r\n")
        self.assertEqual(self.built.status.gauges["sip"]()["streams"], 1)
        await sip.stopService()
        self.assertEqual(self.built.status.gauges["sip"]()["streams"], 0)
        await caller.inbox.until(lambda: caller.inbox.closed)

    async def test_numbersOfStreams(self) -> None:
        """
        No connection has the number of one of an earlier start or of another
        listener, so that a call for a phone of then is not sent to a phone of
        now.
        """
        sip = self.start(TCP, TCP)
        first, second = (streams._next for streams in sip._streams)
        self.assertGreaterEqual(second - first, 1 << 44)
        self.assertGreater(first, 1_600_000_000 << 20)

    async def test_portInUse(self) -> None:
        """
        When one port cannot be had none is kept.
        """
        taken = self.start(UDP)
        port = taken._datagrams[0].port
        other = self.make(TCP, UDP._replace(port=port))
        error = self.assertRaises(CannotListenError, other.startService)
        self.assertIn(str(port), str(error))
        self.assertEqual((other._ports, other._datagrams), ([], []))

    async def test_newStart(self) -> None:
        """
        After a stop the ports are free at once.
        """
        sip = self.start(UDP, TCP)
        places = [
            UDP._replace(port=sip._datagrams[0].port),
            TCP._replace(port=sip._ports[0].getHost().port),
        ]
        await sip.stopService()
        self.start(*places)

    async def test_said(self) -> None:
        """
        Each listener is said, with the port that it got.
        """
        self.start(UDP, TCP)
        self.assertEqual(len(self.lines), 2)
