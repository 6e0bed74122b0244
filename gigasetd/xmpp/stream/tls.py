# -*- test-case-name: tests.xmpp.stream.test_tls -*-
"""
TLS for streams: the server's certificate, and what binds a log-in to it.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from OpenSSL import SSL
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from zope.interface import implementer

from gigasetd.tls.certificate import Certificate, endPoint

ALPN = b"xmpp-client"
"""What clients of direct TLS ask for (XEP-0368)."""


@implementer(IOpenSSLServerConnectionCreator)
class Creator:
    """
    Makes the server's side of a connection, by the certificate of the moment.
    """

    def __init__(self, certificate: Certificate, old: bool) -> None:
        self._certificate = certificate
        self._old = old

    def serverConnectionForTLS(self, protocol: Any) -> SSL.Connection:
        """
        Begin.
        """
        return SSL.Connection(self._certificate.context(ALPN, self._old), None)


class Certified:
    """
    What streams need of TLS.
    """

    def __init__(self, certificate: Certificate, oldTLS: bool) -> None:
        """
        @param oldTLS: whether phones may use TLS 1.0 and 1.1.
        """
        self._modern = Creator(certificate, False)
        self._phones = Creator(certificate, oldTLS)

    def creator(self, phone: bool) -> Creator:
        """
        What makes connections, for a peer of this kind.
        """
        return self._phones if phone else self._modern

    def bindings(self, transport: Any) -> dict[str, bytes]:
        """
        What a log-in can be bound to on this connection: type -> data.
        """
        handle = transport.getHandle()
        if not isinstance(handle, SSL.Connection):
            return {}
        found = {}
        if handle.get_protocol_version_name() == "TLSv1.3":
            # Below it the exporter binds only with an extension (RFC 9266
            # section 3) that nobody tells us of.
            found["tls-exporter"] = handle.export_keying_material(
                b"EXPORTER-Channel-Binding", 32, b""
            )
        own = handle.get_certificate(as_cryptography=True)
        point = endPoint(own) if own is not None else b""
        if point:
            found["tls-server-end-point"] = point
        return found
