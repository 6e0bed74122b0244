# -*- test-case-name: tests.tls.test_certificate -*-
"""
What clients will think of the certificate: C{gigasetctl check certificates},
which needs no daemon.

Layer 3 (I/O).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cryptography import x509

from gigasetd.config.schema import Config
from gigasetd.tls.certificate import certificateFiles, readFiles

SOON = 14
"""Days before its end from which a certificate is told to be renewed."""


def certificateReport(config: Config, now: datetime) -> dict[str, Any]:
    """
    Look at the server's certificate.

    @return: the document to tell, C{"ok"} where all is as it must be.
    """
    server = config.server
    chosen = certificateFiles(server.certificate, server.private_key, server.state_dir)
    document: dict[str, Any] = {"ok": False, "file": str(chosen.certificate)}
    try:
        own = readFiles(chosen).chain[0]
    except OSError as error:
        return document | {"detail": _reason(error, server.certificate is None)}
    names = _names(own)
    document |= {
        "names": names,
        "self_signed": own.issuer == own.subject,
        "expires": own.not_valid_after_utc.timestamp(),
    }
    detail = _detail(own, names, server.domain, now)
    return document | ({"detail": detail} if detail else {"ok": True})


def _reason(error: OSError, own: bool) -> str:
    """
    Why it cannot be read.
    """
    if own and isinstance(error, FileNotFoundError):
        return "there is none yet: the daemon makes one when it first starts"
    return f"server.certificate: {error}"


def _names(certificate: x509.Certificate) -> list[str]:
    """
    The names that it is for.
    """
    try:
        kind = x509.SubjectAlternativeName
        found = certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return []
    addresses = map(str, found.get_values_for_type(x509.IPAddress))
    return [*found.get_values_for_type(x509.DNSName), *addresses]


def _detail(
    certificate: x509.Certificate, names: list[str], domain: str, now: datetime
) -> str:
    """
    What is wrong with it, C{""} for nothing.
    """
    wild = "*." + domain.partition(".")[2]
    if domain not in names and wild not in names:
        return f"it is not for {domain}, which is what clients compare it with"
    left = (certificate.not_valid_after_utc - now).days
    if left < 0:
        return "it has expired: renew it"
    if certificate.not_valid_before_utc > now:
        return "it is not valid yet: is this machine's clock right?"
    return f"it expires in {left} days: renew it" if left < SOON else ""
