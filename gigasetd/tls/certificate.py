# -*- test-case-name: tests.tls.test_certificate -*-
"""
The certificate of every TLS listener: the operator's, else a self-signed one.

New connections check the files, at most once a second, so that a renewed
certificate is used without a reload.

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
"""The file of the self-signed certificate and its key, in the state directory."""

YEARS = 10
PATIENCE = 1.0  #: seconds between two checks of the files

MODERN = b"ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:ECDHE+AES:!aNULL"
OLD = b"ALL:!aNULL:!eNULL:@SECLEVEL=0"
"""Ciphers for phones of 2007: CBC and SHA-1, which OpenSSL disables."""


class CertificateFiles(NamedTuple):
    """
    The files of a certificate and its key; both may be the same.
    """

    certificate: Path
    key: Path


def certificateFiles(
    certificate: Path | None, key: Path | None, state: Path
) -> CertificateFiles:
    """
    Choose the files: those that the configuration names, or our own.

    @param state: the state directory.
    """
    chosen = certificate or state / OWN
    return CertificateFiles(chosen, key or chosen)


def makeSelfSigned(path: Path, domain: str, address: str, now: datetime) -> None:
    """
    Make a key and a self-signed certificate.

    @param path: the file for both.
    @param address: another name or an IP address of this server, C{""} for
        none.
    @raise OSError: the file cannot be written.
    """
    # COMPAT: phones of 2007 do not support elliptic curves.
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

    @raise OSError: they are missing or invalid; the text is one line.
    """
    try:
        chain = x509.load_pem_x509_certificates(files.certificate.read_bytes())
    except ValueError:
        raise OSError(f"{files.certificate}: holds no PEM certificate") from None
    try:
        key = load_pem_private_key(files.key.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise OSError(
            f"{files.key}: holds no PEM private key without a passphrase: convert it "
            "with `openssl pkey`"
        ) from None
    if key.public_key() != chain[0].public_key():
        raise OSError(f"{files.key}: is not the key of {files.certificate}")
    return CertificateAndKey(chain, key)


class ServerCertificate:
    """
    The certificate that clients get; follows its files.
    """

    def __init__(self, files: CertificateFiles, seconds: Callable[[], float]) -> None:
        """
        @param seconds: the monotonic clock.
        @raise OSError: the files are missing or invalid; the text is one line.
        """
        self.files = files
        self._seconds = seconds
        self._checked = seconds()
        self._stamp = self._stat()
        self._pair = readFiles(files)
        self._contexts: dict[tuple[bytes, bool], SSL.Context] = {}

    def _stat(self) -> tuple[tuple[int, int, int], ...]:
        stats = [path.stat() for path in self.files]
        return tuple((each.st_mtime_ns, each.st_size, each.st_ino) for each in stats)

    def look(self) -> None:
        """
        Use changed files; log invalid ones once, and stay with the old.
        """
        self._checked = self._seconds()
        try:
            stamp = self._stat()
            if stamp == self._stamp:
                return
            self._stamp = stamp
            self._pair = readFiles(self.files)
        except OSError as error:
            log.error("the old certificate stays in use: {why}", why=str(error))
            return
        self._contexts.clear()
        log.info("the new certificate is in use")

    def context(self, protocol: bytes, old: bool) -> SSL.Context:
        """
        Get the context for a connection.

        @param protocol: that clients may request by ALPN (RFC 7301).
        @param old: whether to allow TLS 1.0 and 1.1.
        """
        if self._seconds() - self._checked >= PATIENCE:
            self.look()
        context = self._contexts.get((protocol, old))
        if context is None:
            context = self._contexts[protocol, old] = _context(self._pair, old)
            # A client that requests only other protocols is refused.
            context.set_alpn_select_callback(
                lambda _, offered: protocol if protocol in offered else b""
            )
        return context


def _context(pair: CertificateAndKey, old: bool) -> SSL.Context:
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    options = SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION
    context.set_options(options | SSL.OP_CIPHER_SERVER_PREFERENCE)
    context.set_min_proto_version(SSL.TLS1_VERSION if old else SSL.TLS1_2_VERSION)
    context.set_cipher_list(OLD if old else MODERN)
    context.use_certificate(pair.chain[0])
    for issuer in pair.chain[1:]:
        context.add_extra_chain_cert(issuer)
    context.use_privatekey(pair.key)
    return context


def endPoint(certificate: x509.Certificate) -> bytes:
    """
    Compute the channel binding C{tls-server-end-point} (RFC 5929 section 4.1).

    @return: C{b""} where the signature has no single hash function.
    """
    algorithm = certificate.signature_hash_algorithm
    if algorithm is None:
        return b""
    weak = isinstance(algorithm, (hashes.MD5, hashes.SHA1))
    return certificate.fingerprint(hashes.SHA256() if weak else algorithm)
