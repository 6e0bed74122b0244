# -*- test-case-name: tests.web.test_service -*-
"""
The address that phones are told to find this server's pages at.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IListeningPort

from gigasetd.config.schema import Config
from gigasetd.provisioning.updateserver import ServerAddress


class BaseUrl:
    """
    Where phones reach this server.

    @ivar ports: the open ports of HTTP, in the order of the configuration.
    """

    def __init__(self, config: Config, public: str) -> None:
        self._config = config
        self._public = public
        self.ports: list[IListeningPort] = []

    def __call__(self) -> ServerAddress:
        """
        As things are now.
        """
        config = self._config
        host = f"[{self._public}]" if ":" in self._public else self._public
        port = self._port()
        end = "" if port == 80 else f":{port}"
        sip = [one.port for one in config.sip.listen if one.transport == "udp"]
        return ServerAddress(
            config.server.domain,
            self._public,
            f"http://{host}{end}",
            next(filter(None, sip), 5060),
            config.sip.nat_expires,
        )

    def _port(self) -> int:
        """
        The port of HTTP that phones are told: 80 where it is among several.
        """
        hosts: list[Any] = [port.getHost() for port in self.ports]
        found = [int(host.port) for host in hosts]
        found = found or [one.port for one in self._config.http.listen if one.port]
        return 80 if 80 in found or not found else found[0]
