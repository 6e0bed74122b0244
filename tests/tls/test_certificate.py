"""
The certificate of every TLS listener.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.tls.certificate import (
    OWN,
    CertificateFiles,
    ServerCertificate,
    certificateFiles,
    endPoint,
    makeSelfSigned,
    readFiles,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class CertificateTests(SynchronousTestCase):
    """
    Made, read, renewed.
    """

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.path = self.folder / OWN

    def make(self, domain: str = "gigaset.net") -> CertificateFiles:
        """
        Our own, in its place.
        """
        makeSelfSigned(self.path, domain, "192.0.2.1", NOW)
        return CertificateFiles(self.path, self.path)

    def test_made(self) -> None:
        """
        Our own names the domain and the address, holds for years, and only
        the daemon's user can read it.
        """
        pair = readFiles(self.make())
        [own] = pair.chain
        kind = x509.SubjectAlternativeName
        names = own.extensions.get_extension_for_class(kind).value
        self.assertEqual(names.get_values_for_type(x509.DNSName), ["gigaset.net"])
        self.assertEqual(
            [str(one) for one in names.get_values_for_type(x509.IPAddress)],
            ["192.0.2.1"],
        )
        self.assertGreater(own.not_valid_after_utc.year, 2034)
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)
        self.assertEqual([one.name for one in self.folder.iterdir()], [OWN])

    def test_named(self) -> None:
        """
        An address that is a host name is one of the names.
        """
        makeSelfSigned(self.path, "a", "host.example", NOW)
        [own] = readFiles(CertificateFiles(self.path, self.path)).chain
        kind = x509.SubjectAlternativeName
        names = own.extensions.get_extension_for_class(kind).value
        self.assertEqual(names.get_values_for_type(x509.DNSName), ["a", "host.example"])

    def test_files(self) -> None:
        """
        The operator's files go before our own; one can hold both.
        """
        one, other = Path("c.pem"), Path("k.pem")
        self.assertEqual(certificateFiles(one, other, self.folder), (one, other))
        self.assertEqual(certificateFiles(one, None, self.folder), (one, one))
        self.assertEqual(
            certificateFiles(None, None, self.folder), (self.path, self.path)
        )

    def test_renewed(self) -> None:
        """
        A new certificate is used as soon as it is there; a bad one is told
        once, and the old one kept.
        """
        clock = Clock()
        certificate = ServerCertificate(self.make(), clock.seconds)
        before = certificate.context(b"x", False)
        clock.advance(2)
        self.assertIs(certificate.context(b"x", False), before)
        self.make("other.example")
        clock.advance(2)
        after = certificate.context(b"x", False)
        self.assertIsNot(after, before)
        self.path.write_text("nonsense")
        clock.advance(2)
        self.assertIs(certificate.context(b"x", False), after)
        self.path.unlink()
        clock.advance(2)
        self.assertIs(certificate.context(b"x", False), after)

    def test_bad(self) -> None:
        """
        Files that are no good are told in one line each, with their names.
        """
        good = self.make()
        other = self.folder / "other.pem"
        makeSelfSigned(other, "b", "", NOW)
        empty = self.folder / "empty.pem"
        empty.write_text("")
        for wrong, why in (
            (CertificateFiles(empty, empty), "no PEM certificate"),
            (CertificateFiles(self.path, empty), "no PEM private key"),
            (CertificateFiles(self.path, other), "is not the key of"),
            (CertificateFiles(self.folder / "none", self.path), "No such file"),
        ):
            error = self.assertRaises(
                OSError, ServerCertificate, wrong, Clock().seconds
            )
            self.assertIn(why, str(error))
            self.assertNotIn("\n", str(error))
        ServerCertificate(good, Clock().seconds)

    def test_endPoint(self) -> None:
        """
        What log-ins are bound to is the hash that the certificate is signed
        with.
        """
        [own] = readFiles(self.make()).chain
        self.assertEqual(len(endPoint(own)), 32)
