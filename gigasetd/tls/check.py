# -*- test-case-name: tests.tls.test_check -*-
"""
Check the certificate as clients will: C{gigasetctl check certificates}, which
needs no daemon.

Layer 3 (I/O).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cryptography import x509

from gigasetd.config.schema import Config
from gigasetd.tls.certificate import certificateFiles, readFiles

SOON = 14
"""Days before its expiry from which the check asks to renew it."""


def certificateReport(config: Config, now: datetime) -> dict[str, Any]:
    """
    Check the server's certificate.

    @return: the document for C{gigasetctl}; C{"detail"} says what is wrong
        where C{"ok"} is false.
    """
    server = config.server
    paths = certificateFiles(server.certificate, server.private_key, server.state_dir)
    document: dict[str, Any] = {"ok": False, "file": str(paths.certificate)}
    try:
        own = readFiles(paths).chain[0]
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
    if own and isinstance(error, FileNotFoundError):
        return "there is none yet: the daemon makes one at its first start"
    return f"server.certificate: {error}"


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        kind = x509.SubjectAlternativeName
        names = certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return []
    addresses = map(str, names.get_values_for_type(x509.IPAddress))
    return [*names.get_values_for_type(x509.DNSName), *addresses]


def _detail(
    certificate: x509.Certificate, names: list[str], domain: str, now: datetime
) -> str:
    wildcard = "*." + domain.partition(".")[2]
    if domain not in names and wildcard not in names:
        return f"it is not for {domain}, the name that clients expect"
    left = (certificate.not_valid_after_utc - now).days
    if left < 0:
        return "it has expired: renew it"
    if certificate.not_valid_before_utc > now:
        return "it is not valid yet: check this machine's clock"
    return f"it expires in {left} days: renew it" if left < SOON else ""
