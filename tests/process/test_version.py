"""
Tests of L{gigasetd.process.version}.
"""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.process.version import UNKNOWN, version
from gigasetd.tap import Options, makeService


class VersionTests(SynchronousTestCase):
    """
    L{version}.
    """

    def install(self, release: str = "") -> None:
        """
        Install a release of the package, C{""} for none at all.
        """

        def lookUp(name: str) -> str:
            if name == "gigasetd" and not release:
                raise metadata.PackageNotFoundError(name)
            return release

        self.patch(metadata, "version", lookUp)
        self.patch(metadata.Distribution, "from_name", lookUp)

    def test_installed(self) -> None:
        """
        An installed package's version is the program's.
        """
        self.install("1.2.3")
        self.assertEqual(version(), "1.2.3")

    def test_checkout(self) -> None:
        """
        A checkout that is not installed has no version, and says so.
        """
        self.install()
        self.assertEqual(version(), UNKNOWN)

    def test_daemon(self) -> None:
        """
        C{python -m twisted gigasetd} starts in such a checkout: no package
        looks the version up by itself.
        """
        self.install()
        folder = Path(self.mktemp())
        folder.mkdir()
        (folder / "gigasetd.toml").write_text("")
        options = Options()
        options.parseOptions(
            ["--config", f"{folder}/gigasetd.toml", "--state-dir", f"{folder}/state"]
        )
        reactor = MemoryReactorClock()
        reactor.callFromThread = lambda *_: None  # type: ignore[method-assign]
        self.assertIsNotNone(makeService(options, reactor))
