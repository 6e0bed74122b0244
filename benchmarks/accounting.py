"""
CPU time and memory of processes, from the kernel's accounts.
"""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

_TICK = 1.0 / os.sysconf("SC_CLK_TCK")


def _fields(pid: int) -> list[str]:
    """
    The fields of C{/proc/PID/stat} after the command's name: [0] is the
    state, which C{proc(5)} calls field 3.
    """
    text = Path(f"/proc/{pid}/stat").read_text()
    return text.rpartition(")")[2].split()


def cpuSeconds(pid: int) -> float:
    """
    User and system time of a process with all its threads.
    """
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) * _TICK


def residentBytes(pid: int) -> int:
    """
    Resident memory of a process.
    """
    return int(_fields(pid)[21]) * os.sysconf("SC_PAGE_SIZE")


def childrenOf(pid: int) -> list[int]:
    """
    The live processes whose parent is C{pid}.
    """
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parent = int(_fields(int(entry.name))[1])
        except (OSError, IndexError):
            continue  # it ended while we looked
        if parent == pid:
            found.append(int(entry.name))
    return found


def surroundings() -> str:
    """
    Describe the machine in one line: what the figures were measured with.
    """
    load = os.getloadavg()[0]
    return (
        f"Python {platform.python_version()}, Twisted {version('twisted')}, "
        f"{platform.system()} {platform.release()}, {os.cpu_count()} cores, "
        f"load average {load:.2f}"
    )
