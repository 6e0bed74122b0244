"""
Tests for L{gigasetd.process.reload}.
"""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config.schema import Config, ConfigError
from gigasetd.process.reload import Reload


class ReloadTests(SynchronousTestCase):
    """
    L{Reload}.
    """

    def setUp(self) -> None:
        """
        A daemon that follows one key.
        """
        self.config = Config()
        self.new = self.config
        self.applied: list[Config] = []
        self.reload = Reload(self.config, lambda: self.new)
        self.reload.following.add(("sip.max_calls",), self.applied.append)

    def test_applied(self) -> None:
        """
        A key that is followed is applied, and needs no restart.
        """
        sip = replace(self.config.sip, max_calls=7)
        self.new = replace(self.config, sip=sip)
        self.assertEqual(self.reload.renew(), [])
        self.assertEqual(self.applied, [self.new])

    def test_restart(self) -> None:
        """
        The operator is told which changed keys need a restart.
        """
        server = replace(self.config.server, domain="example.net")
        self.new = replace(self.config, server=server)
        self.assertEqual(self.reload.renew(), ["server.domain"])

    def test_faulty(self) -> None:
        """
        A configuration with faults changes nothing.
        """

        def read() -> Config:
            raise ConfigError("sip.max_calls: no number")

        reload = Reload(self.config, read)
        reload.following.add(("sip.max_calls",), self.applied.append)
        self.assertRaises(ConfigError, reload.renew)
        self.assertEqual(self.applied, [])
