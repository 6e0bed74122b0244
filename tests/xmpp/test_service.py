"""
The XMPP server, from the configuration to the open ports.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import CannotListenError
from twisted.trial.unittest import TestCase

from gigasetd.config.endpoint import Endpoint
from gigasetd.config.networks import Networks
from gigasetd.config.schema import Config
from gigasetd.config.sections.server import ServerSection
from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.registry.journal import Journal
from gigasetd.registry.model import Account, CheckIn, Device
from gigasetd.registry.registry import Registry
from gigasetd.tls.certificate import OWN
from gigasetd.xmpp.service import XMPPService, part
from tests.sites import built, siteOf

LOOPBACK = "127.0.0.1"


def safe(number: int) -> Deferred[None]:
    """
    A disk that is never slow.
    """
    return succeed(None)


class ServiceCase(TestCase):
    """
    A service that is not started yet.
    """

    def setUp(self) -> None:
        self.state = Path(self.mktemp())
        self.state.mkdir()
        self.registry = Registry(Journal())

    def build(self, server: dict[str, Any] | None = None, **xmpp: Any) -> XMPPService:
        """
        The service of this configuration.
        """
        config = Config(
            server=replace(ServerSection(state_dir=self.state), **(server or {})),
            xmpp=replace(XmppSection(), **xmpp),
        )
        self.config = config
        self.built, xmpp = built(siteOf(config, self.registry, reactor), part)
        self.households = self.built.caches.households
        made: XMPPService = xmpp
        return made


class BindTests(ServiceCase):
    """
    Its ports.
    """

    async def test_nothing(self) -> None:
        """
        Without listeners it runs all the same.
        """
        built = self.build(listen=())
        built.startService()
        await built.stopService()

    async def test_taken(self) -> None:
        """
        A port that somebody has ends the start, and none stays open.
        """
        first = self.build(listen=(Endpoint("tcp", 0, LOOPBACK),))
        first.startService()
        taken = first._ports[0].getHost().port
        listen = (Endpoint("tcp", 0, LOOPBACK), Endpoint("tcp", taken, LOOPBACK))
        second = self.build(listen=listen)
        self.assertRaises(CannotListenError, second.startService)
        self.assertEqual(second._ports, [])
        await first.stopService()

    def test_badCertificate(self) -> None:
        """
        A certificate that is no good ends the start, with one line that names
        the key and the file.
        """
        missing = self.state / "none.pem"
        error = self.assertRaises(OSError, self.build, {"certificate": missing})
        self.assertIn("server.certificate", str(error))
        self.assertIn("none.pem", str(error))
        self.assertFalse((self.state / OWN).exists())

    async def test_ownCertificate(self) -> None:
        """
        A listener of TLS may have a certificate of its own; one that is no
        good ends the start.
        """
        self.build(listen=())
        own = str(self.state / OWN)
        good = Endpoint("tls", 0, LOOPBACK, own, own)
        built = self.build(listen=(good,))
        built.startService()
        await built.stopService()
        built = self.build(listen=(good._replace(certificate="/none"),))
        self.assertRaises(OSError, built.startService)


class FollowTests(ServiceCase):
    """
    A configuration that is read again.
    """

    def test_limits(self) -> None:
        """
        Limits hold for streams to come.
        """
        built = self.build(listen=())
        new = replace(self.config, xmpp=replace(self.config.xmpp, max_streams=1))
        self.built.following.follow(new)
        self.assertEqual(built.streams.context.section.max_streams, 1)
        self.assertIn("xmpp.max_streams", self.built.following.keys)


class HouseholdTests(ServiceCase):
    """
    Who lives together.
    """

    def add(self, number: str, address: str) -> None:
        """
        A number whose device reported from an address.
        """
        mac = f"7C2F80{number:0>6}"
        self.registry.put(Account(number, "digest", "x", "", "", "", 1.0, 0.0))
        self.registry.put(Device(mac, number, "", "", "", "", 1.0))
        self.registry.put(CheckIn(mac, 1.0, "", "", "", "", "", 0, address, ""))

    async def test_home(self) -> None:
        """
        All in the local networks are one household; an address elsewhere
        makes none, since many homes can share one.
        """
        self.add("1", "192.168.1.5")
        self.add("2", "192.168.7.9")
        self.add("3", "198.51.100.7")
        self.add("4", "198.51.100.7")
        built = self.build({"local_networks": Networks(["192.168.0.0/16"])}, listen=())
        self.households.rebuild()
        household = built.executor.rules._context.household
        self.assertTrue(household("1", "2"))
        self.assertFalse(household("3", "4"))
        self.assertFalse(household("1", "3"))
        self.assertFalse(household("1", "5"))


class LiveTests(ServiceCase):
    """
    What the operator reads.
    """

    def test_told(self) -> None:
        """
        Counts, figures and sessions are there from the start.
        """
        self.build(listen=())
        self.assertEqual(self.built.running.streams(), [])
        self.assertEqual(self.built.status.gauges["xmpp"]()["streams"], 0)
        counts = self.built.status.counters["xmpp"]
        for name in ("logins", "login_failures", "pipelined", "messages"):
            self.assertEqual(counts[name], 0)
