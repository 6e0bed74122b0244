# -*- test-case-name: tests.xmpp.stream.test_tls -*-
"""
TLS from the first byte (XEP-0368).

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import ServerFactory
from twisted.protocols.tls import TLSMemoryBIOFactory

from gigasetd.config.networks import unmapped
from gigasetd.xmpp.stream.factory import Streams
from gigasetd.xmpp.stream.tls import Certified


class DirectTLS(ServerFactory):
    """
    Connections to a listener of TLS.
    """

    noisy = False

    def __init__(self, streams: Streams, certified: Certified, reactor: Any) -> None:
        modern, phones = certified.creator(False), certified.creator(True)
        self._streams = streams
        self._modern = TLSMemoryBIOFactory(modern, False, streams, reactor)
        self._phones = TLSMemoryBIOFactory(phones, False, streams, reactor)

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """
        A connection came in.
        """
        host = unmapped(str(getattr(addr, "host", "")))
        factory = self._phones if self._streams.isPhone(host) else self._modern
        inner = self._streams.build(addr, secure=True)
        return None if inner is None else factory.protocol(factory, inner)
