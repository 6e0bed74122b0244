"""
Tests for L{gigasetd.tap}.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from twisted.application.service import IService
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from gigasetd.tap import Options, makeService


class Machine(MemoryReactorClock):
    """
    A reactor that never runs.
    """

    def callFromThread(self, call: object, *args: object) -> None:
        """
        Do nothing.
        """


class TapTests(SynchronousTestCase):
    """
    What an operator sees when starting the daemon.
    """

    def setUp(self) -> None:
        """
        Make a directory, and capture standard error.
        """
        self.directory = Path(self.mktemp())
        self.directory.mkdir()
        self.state = self.directory / "deep" / "state"
        self.complaints = io.StringIO()
        self.patch(sys, "stderr", self.complaints)

    def options(self, text: str | None = "", state: Path | None = None) -> Options:
        """
        Make a command line with a configuration of that text.
        """
        file = self.directory / "gigasetd.toml"
        if text is not None:
            file.write_text(text)
        options = Options()
        place = str(state or self.state)
        options.parseOptions(["--config", str(file), "--state-dir", place])
        return options

    def refused(self, options: Options) -> list[str]:
        """
        The log lines of a start that ends with status 1.
        """
        end = self.assertRaises(SystemExit, makeService, options, Machine())
        self.assertEqual(end.code, 1)
        self.assertNotIn("Traceback", self.complaints.getvalue())
        return self.complaints.getvalue().splitlines()

    def test_service(self) -> None:
        """
        A good configuration makes a service, and the state directory for the
        daemon's own user alone.
        """
        service = makeService(self.options(), Machine())
        self.assertTrue(IService.providedBy(service))
        self.assertEqual(self.state.stat().st_mode & 0o777, 0o700)

    def test_faults(self) -> None:
        """
        Each fault of the configuration is told in a line of its own: file,
        key, what was found, what is allowed.
        """
        text = '[sip]\nmax_contacts = 0\nlistenn = []\n[http]\nphone_access = "x"\n'
        lines = self.refused(self.options(text))
        self.assertEqual(len(lines), 3, lines)
        for key in ("sip.max_contacts", "sip.listenn", "http.phone_access"):
            self.assertTrue(
                any(key in line and "gigasetd.toml" in line for line in lines), key
            )

    def test_noFile(self) -> None:
        """
        A configuration file that is not there is named.
        """
        (line,) = self.refused(self.options(None))
        self.assertIn("gigasetd.toml", line)

    def test_noToml(self) -> None:
        """
        A file that is no TOML is named, with the place of the fault.
        """
        (line,) = self.refused(self.options("[sip\n"))
        self.assertIn("gigasetd.toml", line)

    def test_unknownStore(self) -> None:
        """
        A store that we don't know is refused in one line.
        """
        (line,) = self.refused(self.options('[store]\nurl = "mysql:x"\n'))
        self.assertIn("store.url", line)

    def test_stateDirectoryShared(self) -> None:
        """
        A state directory that others may write to is refused, with what to do.
        """
        shared = self.directory / "shared"
        shared.mkdir()
        for mode in (0o777, 0o1777, 0o770, 0o702):
            shared.chmod(mode)
            line = self.refused(self.options(state=shared))[-1]
            self.assertIn("server.state_dir: other users may write to the fold", line)
            self.assertIn(f"(mode {mode:04o})", line)
            self.assertIn(f"chmod go-w {shared.absolute()}", line)
        self.assertEqual(list(shared.iterdir()), [])

    def test_stateDirectoryCannotBeMade(self) -> None:
        """
        A state directory that cannot be made is named.
        """
        blocked = self.directory / "file"
        blocked.write_text("")
        (line,) = self.refused(self.options(state=blocked / "state"))
        self.assertIn("file", line)
