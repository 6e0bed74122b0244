"""
Tests of L{gigasetd.web.http.clients}.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers

from gigasetd.config.networks import Networks
from gigasetd.config.schema import Config
from gigasetd.config.sections.http import HttpSection
from gigasetd.devices.verifiedaddress import VerifiedAddresses
from gigasetd.web.http.clients import Clients
from gigasetd.web.http.origins import Origins
from gigasetd.web.reload import recognizing

PROXY, LOCAL, FAR = "10.9.9.1", "192.168.1.9", "203.0.113.9"


class Asking:
    """
    A request from an address.
    """

    clientHost = None
    uri = b"/"

    def __init__(self, peer: str, tls: bool = False, **headers: str) -> None:
        self._peer = peer
        self._tls = tls
        raw = {name.replace("_", "-"): [value] for name, value in headers.items()}
        self.requestHeaders = Headers(raw)

    def getClientAddress(self) -> IPv4Address:
        """
        The connection's address.
        """
        return IPv4Address("TCP", self._peer, 40000)

    def isSecure(self) -> bool:
        """
        Whether the connection has TLS.
        """
        return self._tls


class ClientsTests(SynchronousTestCase):
    """
    L{Clients}.
    """

    def setUp(self) -> None:
        """
        Trust one network of proxies.
        """
        self.clients = Clients(
            Networks(["192.168.0.0/16"]),
            Networks(["10.9.9.0/24"]),
            "known",
            VerifiedAddresses(),
        )

    def test_address(self) -> None:
        """
        The headers of a trusted proxy are believed, those of others are not; where
        two of them disagree, the client is a stranger. A local address counts only
        under a name of this server.
        """
        ask: Any = Asking
        for request, expected in (
            (ask(FAR), FAR),
            (ask(FAR, X_Forwarded_For=LOCAL), FAR),
            (ask(FAR, Forwarded=f"for={LOCAL}"), FAR),
            (ask(PROXY, X_Forwarded_For=LOCAL), LOCAL),
            (ask(PROXY, X_Forwarded_For=LOCAL, Forwarded=f"for={FAR}"), FAR),
            (ask(PROXY, X_Forwarded_For=FAR, Forwarded=f"for={LOCAL}"), FAR),
            (ask(PROXY, X_Forwarded_For=FAR, Forwarded=f"for={FAR}"), FAR),
            (ask(PROXY, X_Forwarded_For=FAR, Forwarded="for=198.51.100.1"), ""),
            (ask(PROXY, X_Real_IP=LOCAL), ""),
            (ask(PROXY), PROXY),
            (ask(LOCAL), LOCAL),
            (ask(LOCAL, X_Forwarded_For=LOCAL), ""),
            (ask(LOCAL, Host="evil.example"), ""),
            (ask(LOCAL, Host="box.lan:80"), LOCAL),
            (ask(FAR, Host="evil.example"), FAR),
        ):
            self.assertEqual(self.clients.address(request), expected)
            self.assertEqual(self.clients.isLocal(request), expected == LOCAL)

    def test_reload(self) -> None:
        """
        New settings count from the next request on.
        """
        ask: Any = Asking
        config = Config(
            http=HttpSection(
                host_names=("phones.example.org",),
                trusted_proxies=Networks(["192.168.1.9/32"]),
            )
        )
        none = Networks([])
        recognizing(self.clients, Origins(str, none, none, none))(config)
        named = ask("192.168.1.8", Host="phones.example.org")
        self.assertTrue(self.clients.isLocal(named))
        proxied = ask(LOCAL, X_Forwarded_For="192.168.1.7")
        self.assertEqual(self.clients.address(proxied), "192.168.1.7")

    def test_secure(self) -> None:
        """
        TLS counts at this server or at a trusted proxy.
        """
        ask: Any = Asking
        for request, expected in (
            (ask(FAR, tls=True), True),
            (ask(FAR, X_Forwarded_Proto="https"), False),
            (ask(PROXY, X_Forwarded_Proto="https"), True),
            (ask(PROXY, Forwarded='for=1.2.3.4;Proto="HTTPS"'), True),
            (ask(PROXY, tls=True), False),
        ):
            self.assertEqual(self.clients.isSecure(request), expected)
