"""
Tests of L{gigasetd.web.baseurl}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.endpoint import Endpoint
from gigasetd.config.schema import Config
from gigasetd.config.sections.http import HttpSection
from gigasetd.config.sections.server import ServerSection
from gigasetd.config.sections.sip import SipSection
from gigasetd.process.ports import BoundPorts
from gigasetd.web.baseurl import BaseUrl

PUBLIC = "192.0.2.7"


class BaseUrlTests(SynchronousTestCase):
    """
    The URL that phones, DHCP servers and the operator get.
    """

    def setUp(self) -> None:
        """
        No listener is bound yet.
        """
        self.ports = BoundPorts()

    def bind(self, transport: str, host: str, port: int) -> None:
        """
        Bind a listener.
        """
        self.ports.add("http", transport, host, port)

    def url(self, public_address: str = "") -> BaseUrl:
        """
        Build it for a server with that C{server.public_address}.
        """
        config = Config(server=ServerSection(public_address=public_address))
        return BaseUrl(config, public_address or PUBLIC, self.ports)

    def test_everywhere(self) -> None:
        """
        A listener on all addresses is reached at the server's address.
        """
        self.bind("tcp", "0.0.0.0", 8080)
        self.assertEqual(self.url()().base, f"http://{PUBLIC}:8080")
        self.assertEqual(self.url().local(), f"http://{PUBLIC}:8080")

    def test_oneAddress(self) -> None:
        """
        A listener on one address is reached there, and nowhere else.
        """
        for host, shown in (("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")):
            self.ports.clear("http")
            self.bind("tcp", host, 8080)
            self.assertEqual(self.url()().base, f"http://{shown}:8080")
            self.assertEqual(self.url().local(), f"http://{shown}:8080")

    def test_publicAddress(self) -> None:
        """
        Phones get the address that the operator set, the operator's own link does
        not: nothing listens there.
        """
        self.bind("tcp", "127.0.0.1", 8080)
        url = self.url("phones.example")
        self.assertEqual(url().base, "http://phones.example:8080")
        self.assertEqual(url.local(), "http://127.0.0.1:8080")

    def test_several(self) -> None:
        """
        Port 80 is preferred, then a listener that more clients reach.
        """
        self.bind("tcp", "127.0.0.1", 8080)
        self.bind("tcp", "192.0.2.9", 8080)
        self.assertEqual(self.url()().base, "http://192.0.2.9:8080")
        self.bind("tcp", "0.0.0.0", 80)
        self.assertEqual(self.url()().base, f"http://{PUBLIC}")

    def test_notBound(self) -> None:
        """
        Before any listener is bound the configuration says where they will be.
        """
        http = HttpSection(listen=(Endpoint("tcp", 81, "192.0.2.9"),))
        url = BaseUrl(Config(http=http), PUBLIC, self.ports)
        self.assertEqual(url().base, "http://192.0.2.9:81")
        url = BaseUrl(Config(http=HttpSection(listen=())), PUBLIC, self.ports)
        self.assertEqual(url().base, f"http://{PUBLIC}")

    def test_sip(self) -> None:
        """
        SIP is the first port of UDP, or 5060 where it has none.
        """
        for listen, port in (
            ([Endpoint("tcp", 70), Endpoint("udp", 71), Endpoint("udp", 72)], 71),
            ([Endpoint("udp", 0)], 5060),
            ([Endpoint("systemd", name="sip")], 5060),
        ):
            sip = SipSection(listen=tuple(listen), nat_expires=90)
            address = BaseUrl(Config(sip=sip), PUBLIC, self.ports)()
            self.assertEqual(
                (address.address, address.sip, address.expires), (PUBLIC, port, 90)
            )
