# -*- test-case-name: tests.web.test_baseurl -*-
"""
The address under which phones reach this server.

Layer 3 (I/O).
"""

from __future__ import annotations

from gigasetd.config.schema import Config
from gigasetd.process.ports import BoundPort, BoundPorts, webUrl
from gigasetd.provisioning.updateserver import ServerAddress

NOWHERE = BoundPort("http", "tcp", "0.0.0.0", 80)  # noqa: S104


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
            self._url(config.server.public_address),
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

    def _url(self, public: str) -> str:
        bound = self._ports.of("http") or [
            BoundPort("http", listen.transport, listen.interface, listen.port)
            for listen in self._config.http.listen
            if listen.port
        ]
        # Without any listener the URL answers nothing, whatever it is.
        return webUrl(bound or [NOWHERE], public, self._public)
