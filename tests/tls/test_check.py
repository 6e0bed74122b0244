"""
Tests of L{gigasetd.tls.check}.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.schema import Config
from gigasetd.config.sections.server import ServerSection
from gigasetd.tls.certificate import OWN, makeSelfSigned
from gigasetd.tls.check import certificateReport
from tests.tls.test_certificate import NOW


class CertificateReportTests(SynchronousTestCase):
    """
    C{gigasetctl check certificates}.
    """

    def setUp(self) -> None:
        """
        A state directory without a certificate.
        """
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.config = Config(server=ServerSection(state_dir=self.folder))

    def report(self, days: int = 10) -> dict[str, Any]:
        """
        The report, so many days after the certificate was made.
        """
        return certificateReport(self.config, NOW + timedelta(days=days))

    def test_good(self) -> None:
        """
        A certificate of our own is good, and reported as self-signed.
        """
        makeSelfSigned(self.folder / OWN, "gigaset.net", "192.0.2.1", NOW)
        report = self.report()
        self.assertTrue(report["ok"])
        self.assertTrue(report["self_signed"])
        self.assertEqual(report["names"], ["gigaset.net", "192.0.2.1"])

    def test_bad(self) -> None:
        """
        A missing or expiring one, or one for another domain, is reported.
        """
        self.assertIn("none yet", self.report()["detail"])
        makeSelfSigned(self.folder / OWN, "other.example", "", NOW)
        self.assertIn("not for gigaset.net", self.report()["detail"])
        makeSelfSigned(self.folder / OWN, "gigaset.net", "", NOW)
        for days, words in ((3640, "expires in"), (3700, "has expired"), (-9, "clock")):
            report = self.report(days)
            self.assertFalse(report["ok"])
            self.assertIn(words, report["detail"])
        (self.folder / OWN).write_text("x")
        self.assertIn("no PEM certificate", self.report()["detail"])
