"""
Servers that only send the bytes of one page: a Klein route, and Node's C{http}.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.accounting import cpuSeconds

HERE = Path(__file__).parent


class Bare:
    """
    @ivar name: how the tables call it.
    @ivar ports: as L{benchmarks.daemon.Daemon.ports}.
    """

    def __init__(self, name: str, command: list[str], page: Path) -> None:
        """
        @param page: a file with the bytes.
        """
        self.name = name
        self.ports: dict[tuple[str, str], int] = {}
        self._command = [*command, str(page)]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """
        The process that does the work.
        """
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """
        Return when it answers.
        """
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self.ports["http", "tcp"] = int(self._process.stdout.readline())

    def stop(self) -> None:
        """
        End it.
        """
        assert self._process is not None
        self._process.kill()
        self._process.communicate()

    def cpu(self) -> float:
        """
        CPU seconds so far.
        """
        return cpuSeconds(self.pid)

    def aside(self) -> float:
        """
        It has one process only.
        """
        return 0.0


def klein(page: Path) -> Bare:
    """
    Start plain Klein.
    """
    return Bare("bare klein", [sys.executable, str(HERE / "bareklein.py")], page)


def node(page: Path) -> Bare | None:
    """
    Start Node; L{None} if it is not installed.
    """
    path = shutil.which("node") or shutil.which("nodejs")
    return (path and Bare("bare node", [path, str(HERE / "barenode.js")], page)) or None
