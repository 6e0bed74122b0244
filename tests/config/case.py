"""
Configurations in files of their own, for tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.config import loading
from gigasetd.config.loading import loadConfig
from gigasetd.config.schema import Config, ConfigError

ETC = Path(__file__).parents[2] / "etc"


class ConfigTestCase(SynchronousTestCase):
    """
    Loads configurations.
    """

    def setUp(self) -> None:
        """
        No test reads the configuration of the machine it runs on.
        """
        self.patch(loading, "SYSTEM", Path(self.mktemp()))

    def write(self, text: str | bytes) -> Path:
        """
        A file with this content.
        """
        path = Path(self.mktemp())
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def load(self, text: str = "", environ: Mapping[str, str] | None = None) -> Config:
        """The configuration of this text."""
        return loadConfig(self.write(text), environ or {})

    def faults(
        self, text: str | bytes = "", environ: Mapping[str, str] | None = None
    ) -> list[str]:
        """
        The fault lines, without the name of the file.
        """
        path = self.write(text)
        error = self.assertRaises(ConfigError, loadConfig, path, environ or {})
        self.assertEqual(str(error), "\n".join(error.lines))
        return [line.removeprefix(f"{path}: ") for line in error.lines]
