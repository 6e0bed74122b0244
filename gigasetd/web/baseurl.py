# -*- test-case-name: tests.web.test_baseurl -*-
"""
The address under which phones reach this server.

Layer 3 (I/O).
"""

from __future__ import annotations

from gigasetd.config.networks import readAddress
from gigasetd.config.schema import Config
from gigasetd.process.ports import BoundPort, BoundPorts
from gigasetd.provisioning.updateserver import ServerAddress


class BaseUrl:
    """
    The address under which phones reach this server, as it is now.
    """

    def __init__(self, config: Config, public: str, ports: BoundPorts) -> None:
        """
        @param public: the host name or address of this server.
        """
        self._config = config
        self._public = public
        self._ports = ports

    def __call__(self) -> ServerAddress:
        """
        Return the present address.
        """
        config = self._config
        sip = [listen.port for listen in config.sip.listen if listen.transport == "udp"]
        return ServerAddress(
            config.server.domain,
            self._public,
            # The operator's own word counts more than where a listener is bound: a
            # NAT or a reverse proxy may stand before it.
            self._url(self._public if config.server.public_address else ""),
            next(filter(None, sip), 5060),
            config.sip.nat_expires,
        )

    def local(self) -> str:
        """
        Return the URL of this server for a browser in its own network.

        It names a listener's own address where that is bound to one, such as
        127.0.0.1: nothing answers at C{server.public_address} then.
        """
        return self._url("")

    def _url(self, host: str) -> str:
        """
        @param host: C{""} for the address that the listener is bound to.
        """
        listener = self._listener()
        host = host or (self._public if _isAny(listener.host) else listener.host)
        host = f"[{host}]" if ":" in host else host
        suffix = "" if listener.port == 80 else f":{listener.port}"
        return f"http://{host}{suffix}"

    def _listener(self) -> BoundPort:
        """
        Choose the listener for phones: on port 80 where that is among several, and
        on all addresses rather than on one.
        """
        bound = self._ports.of("http") or [
            BoundPort("http", listen.transport, listen.interface, listen.port)
            for listen in self._config.http.listen
            if listen.port
        ]
        ports = [each.port for each in bound]
        port = 80 if 80 in ports or not ports else ports[0]
        same = [each for each in bound if each.port == port]
        return min(same, key=_narrowness, default=BoundPort("http", "tcp", "", port))


def _isAny(host: str) -> bool:
    address = readAddress(host)
    return address is None or address.is_unspecified


def _narrowness(listener: BoundPort) -> int:
    address = readAddress(listener.host)
    if address is None or address.is_unspecified:
        return 0
    return 2 if address.is_loopback else 1
