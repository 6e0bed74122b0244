"""
Tests of L{gigasetd.web.service}, on real ports.
"""

from __future__ import annotations

from typing import Any

import treq
from twisted.internet import reactor
from twisted.internet.error import CannotListenError
from twisted.logger import LogPublisher, globalLogPublisher
from twisted.trial.unittest import TestCase
from twisted.web.client import Agent, HTTPConnectionPool

from gigasetd.config.endpoint import Endpoint
from gigasetd.config.schema import Config
from gigasetd.config.sections.http import HttpSection
from gigasetd.web.build import part
from gigasetd.web.service import HttpService
from tests.sites import built, siteOf

FREE = Endpoint("tcp", 0, "127.0.0.1")


def web(*listen: Endpoint) -> HttpService:
    """
    The service on these listeners.
    """
    site = siteOf(Config(http=HttpSection(listen=listen)), reactor=reactor)
    made: HttpService = built(site, part)[1]
    return made


class WebTests(TestCase):
    """
    L{HttpService}.
    """

    def setUp(self) -> None:
        """
        Hear what is logged.
        """
        self.events: list[Any] = []
        publisher: LogPublisher = globalLogPublisher
        publisher.addObserver(self.events.append)
        self.addCleanup(publisher.removeObserver, self.events.append)

    async def test_serves(self) -> None:
        """
        Each listener is told with its real port, answers, and is closed with
        the connections that were kept open.
        """
        served = web(FREE, Endpoint("tcp", 0, "127.0.0.2"))
        await served.startService()
        pool = HTTPConnectionPool(reactor)
        client = treq.client.HTTPClient(Agent(reactor, pool=pool))
        for port in served.ports:
            bound: Any = port.getHost()
            answer = await client.get(f"http://{bound.host}:{bound.port}/info/menu.jsp")
            self.assertIn(b"Weather", await answer.content())
        told = [e for e in self.events if e.get("service") == "http"]
        self.assertEqual([e["interface"] for e in told], ["127.0.0.1", "127.0.0.2"])
        self.assertNotIn(0, [e["port"] for e in told])
        await served.stopService()
        self.assertEqual((served.ports, len(served.site.channels)), ([], 0))
        await pool.closeCachedConnections()

    async def test_setUpLink(self) -> None:
        """
        A set-up link is logged where a page can be reached, and only there.
        """
        for listen, links in (((FREE,), 1), ((), 0)):
            self.events.clear()
            served = web(*listen)
            await served.startService()
            told = [e for e in self.events if "set-up" in str(e.get("log_format"))]
            self.assertEqual(len(told), links, listen)
            self.assertEqual(bool(served.browserPages.operator.setup.link), links > 0)
            await served.stopService()

    async def test_portTaken(self) -> None:
        """
        A port that cannot be had fails the start, and no other one stays
        open.
        """
        first = web(FREE)
        await first.startService()
        port: Any = first.ports[0]
        second = web(FREE, FREE._replace(port=port.getHost().port))
        with self.assertRaises(CannotListenError):
            await second.startService()
        self.assertEqual(second.ports, [])
        await first.stopService()
