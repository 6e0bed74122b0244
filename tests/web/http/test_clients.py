"""
Tests of L{gigasetd.web.http.clients}.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers

from gigasetd.config.networks import Networks
from gigasetd.devices.verifiedaddress import VerifiedAddresses
from gigasetd.web.http.clients import Clients

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
        The headers of a trusted proxy are believed, those of others are not;
        the standard form takes precedence.
        """
        ask: Any = Asking
        for request, expected in (
            (ask(FAR), FAR),
            (ask(FAR, X_Forwarded_For=LOCAL), FAR),
            (ask(FAR, Forwarded=f"for={LOCAL}"), FAR),
            (ask(PROXY, X_Forwarded_For=LOCAL), LOCAL),
            (ask(PROXY, X_Forwarded_For=LOCAL, Forwarded=f"for={FAR}"), FAR),
        ):
            self.assertEqual(self.clients.address(request), expected)
            self.assertEqual(self.clients.isLocal(request), expected == LOCAL)

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
