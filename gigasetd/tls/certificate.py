# -*- test-case-name: tests.tls.test_certificate -*-
"""
The certificate of every TLS listener: the operator's, else one that we make.

The files are looked at when somebody connects, at most once a second, so that
a renewed certificate is used without anybody telling us.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from twisted.logger import Logger

from gigasetd.store.atomicfile import replaced

log = Logger()

OWN = "tls.pem"
"""The file of our own certificate and its key, in the state directory."""

YEARS = 10
PATIENCE = 1.0  #: seconds between two looks at the files

MODERN = b"ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:ECDHE+AES:!aNULL"
OLD = b"ALL:!aNULL:!eNULL:@SECLEVEL=0"
"""Phones of 2007: CBC and SHA-1, which OpenSSL keeps from others."""


class CertificateFiles(NamedTuple):
    """
    Where certificate and key are.
    """

    certificate: Path
    key: Path


def certificateFiles(
    certificate: Path | None, key: Path | None, state: Path
) -> CertificateFiles:
    """
    The files that the configuration names, or our own.
    """
    chosen = certificate or state / OWN
    return CertificateFiles(chosen, key or chosen)


def makeSelfSigned(path: Path, domain: str, address: str, now: datetime) -> None:
    """
    Make a key, and a certificate that nobody vouches for.

    @param address: what else clients may call us, C{""} for nothing.
    @raise OSError: the file cannot be written.
    """
    # COMPAT: phones of 2007 know no elliptic curves.
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, domain[:64])])
    names: list[x509.GeneralName] = [x509.DNSName(domain)]
    try:
        names.append(x509.IPAddress(ip_address(address)))
    except ValueError:
        names += [x509.DNSName(address)] if address else []
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    with replaced(path) as file:
        file.write(private + built.public_bytes(Encoding.PEM))


class CertificateAndKey(NamedTuple):
    """
    A certificate with its chain, and its key.
    """

    chain: list[x509.Certificate]  #: the server's own first
    key: Any


def readFiles(files: CertificateFiles) -> CertificateAndKey:
    """
    Read certificate and key.

    @raise OSError: they are missing, or no good; in one line.
    """
    try:
        chain = x509.load_pem_x509_certificates(files.certificate.read_bytes())
    except ValueError:
        raise OSError(f"{files.certificate}: holds no PEM certificate") from None
    try:
        key = load_pem_private_key(files.key.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise OSError(f"{files.key}: holds no PEM key without a password") from None
    if key.public_key() != chain[0].public_key():
        raise OSError(f"{files.key}: is not the key of {files.certificate}")
    return CertificateAndKey(chain, key)


class ServerCertificate:
    """
    What is presented to whoever connects.
    """

    def __init__(self, files: CertificateFiles, seconds: Callable[[], float]) -> None:
        """
        @param seconds: the monotonic clock.
        @raise OSError: the files are missing, or no good; in one line.
        """
        self.files = files
        self._seconds = seconds
        self._looked = seconds()
        self._stamp = self._stat()
        self._pair = readFiles(files)
        self._contexts: dict[tuple[bytes, bool], SSL.Context] = {}

    def _stat(self) -> tuple[tuple[int, int, int], ...]:
        """
        What tells that a file was changed.
        """
        found = [one.stat() for one in self.files]
        return tuple((one.st_mtime_ns, one.st_size, one.st_ino) for one in found)

    def look(self) -> None:
        """
        Take new files over; bad ones are told once, and the old ones kept.
        """
        self._looked = self._seconds()
        try:
            stamp = self._stat()
            if stamp == self._stamp:
                return
            self._stamp = stamp
            self._pair = readFiles(self.files)
        except OSError as error:
            log.error("the certificate is left as it was: {why}", why=str(error))
            return
        self._contexts.clear()
        log.info("the certificate was read again")

    def context(self, protocol: bytes, old: bool) -> SSL.Context:
        """
        For one connection.

        @param protocol: what clients may ask for by ALPN (RFC 7301).
        @param old: whether TLS 1.0 and 1.1 will do.
        """
        if self._seconds() - self._looked >= PATIENCE:
            self.look()
        found = self._contexts.get((protocol, old))
        if found is None:
            found = self._contexts[protocol, old] = _context(self._pair, old)
            # Whoever asks for another protocol is in the wrong place.
            found.set_alpn_select_callback(
                lambda _, offered: protocol if protocol in offered else b""
            )
        return found


def _context(pair: CertificateAndKey, old: bool) -> SSL.Context:
    """
    How connections are made.
    """
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    options = SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION
    context.set_options(options | SSL.OP_CIPHER_SERVER_PREFERENCE)
    context.set_min_proto_version(SSL.TLS1_VERSION if old else SSL.TLS1_2_VERSION)
    context.set_cipher_list(OLD if old else MODERN)
    context.use_certificate(pair.chain[0])
    for one in pair.chain[1:]:
        context.add_extra_chain_cert(one)
    context.use_privatekey(pair.key)
    return context


def endPoint(certificate: x509.Certificate) -> bytes:
    """
    What C{tls-server-end-point} binds to (RFC 5929 section 4.1).

    @return: C{b""} where the signature has no one hash.
    """
    known = certificate.signature_hash_algorithm
    if known is None:
        return b""
    weak = isinstance(known, (hashes.MD5, hashes.SHA1))
    return certificate.fingerprint(hashes.SHA256() if weak else known)
