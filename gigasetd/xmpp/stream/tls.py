# -*- test-case-name: tests.xmpp.stream.test_tls -*-
"""
TLS for streams: the server's certificate, and channel bindings.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from OpenSSL import SSL
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from zope.interface import implementer

from gigasetd.tls.certificate import ServerCertificate, endPoint

ALPN = b"xmpp-client"
"""What clients of direct TLS ask for (XEP-0368)."""


@implementer(IOpenSSLServerConnectionCreator)
class ConnectionCreator:
    """
    Makes the server's side of TLS connections, by the certificate as it is
    when the connection begins.
    """

    def __init__(self, certificate: ServerCertificate, old: bool) -> None:
        """
        @param old: whether TLS 1.0 and 1.1 are accepted.
        """
        self._certificate = certificate
        self._old = old

    def serverConnectionForTLS(self, protocol: Any) -> SSL.Connection:
        """
        Make one connection.
        """
        return SSL.Connection(self._certificate.context(ALPN, self._old), None)


class StreamTLS:
    """
    The certificate of a listener, for phones and for other clients.
    """

    def __init__(self, certificate: ServerCertificate, oldTLS: bool) -> None:
        """
        @param oldTLS: whether phones may use TLS 1.0 and 1.1.
        """
        self._modern = ConnectionCreator(certificate, False)
        self._phones = ConnectionCreator(certificate, oldTLS)

    def creator(self, phone: bool) -> ConnectionCreator:
        """
        Choose what makes the connections of phones, or of other clients.
        """
        return self._phones if phone else self._modern

    def bindings(self, transport: Any) -> dict[str, bytes]:
        """
        List the channel bindings of a connection.

        @return: type (RFC 9266, RFC 5929) -> data.
        """
        handle = transport.getHandle()
        if not isinstance(handle, SSL.Connection):
            return {}
        bindings = {}
        if handle.get_protocol_version_name() == "TLSv1.3":
            # Below it the exporter binds only with an extension (RFC 9266
            # section 3), and pyOpenSSL does not say whether it was used.
            bindings["tls-exporter"] = handle.export_keying_material(
                b"EXPORTER-Channel-Binding", 32, b""
            )
        own = handle.get_certificate(as_cryptography=True)
        point = endPoint(own) if own is not None else b""
        if point:
            bindings["tls-server-end-point"] = point
        return bindings
