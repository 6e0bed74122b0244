# -*- test-case-name: tests.web.test_service -*-
"""
The address under which phones reach this server.

Layer 3 (I/O).
"""

from __future__ import annotations

from gigasetd.config.schema import Config
from gigasetd.process.ports import BoundPorts
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
        host = f"[{self._public}]" if ":" in self._public else self._public
        port = self._port()
        suffix = "" if port == 80 else f":{port}"
        sip = [listen.port for listen in config.sip.listen if listen.transport == "udp"]
        return ServerAddress(
            config.server.domain,
            self._public,
            f"http://{host}{suffix}",
            next(filter(None, sip), 5060),
            config.sip.nat_expires,
        )

    def _port(self) -> int:
        """
        Choose the port of HTTP for phones: 80 when it is among several.
        """
        bound = [each.port for each in self._ports.of("http")]
        ports = bound or [
            listen.port for listen in self._config.http.listen if listen.port
        ]
        return 80 if 80 in ports or not ports else ports[0]
