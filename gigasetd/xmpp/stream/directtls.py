# -*- test-case-name: tests.xmpp.stream.test_tls -*-
"""
Streams that are encrypted from the first byte (XEP-0368).

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import ServerFactory
from twisted.protocols.tls import TLSMemoryBIOFactory

from gigasetd.config.networks import unmapped
from gigasetd.xmpp.stream.factory import ClientStreamFactory
from gigasetd.xmpp.stream.tls import StreamTLS


class DirectTLS(ServerFactory):
    """
    Accepts the connections of a TLS listener.
    """

    noisy = False

    def __init__(
        self, streams: ClientStreamFactory, tls: StreamTLS, reactor: Any
    ) -> None:
        """
        @param tls: the listener's certificate, which may be its own.
        """
        self._streams = streams
        self._modern = TLSMemoryBIOFactory(tls.creator(False), False, streams, reactor)
        self._phones = TLSMemoryBIOFactory(tls.creator(True), False, streams, reactor)

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """
        Make the stream of a connection, inside TLS.
        """
        host = unmapped(str(getattr(addr, "host", "")))
        phone = self._streams.context.isPhone(host)
        factory = self._phones if phone else self._modern
        inner = self._streams.build(addr, secure=True)
        return None if inner is None else factory.protocol(factory, inner)
