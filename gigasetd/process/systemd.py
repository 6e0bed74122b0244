# -*- test-case-name: tests.process.test_systemd -*-
"""
Sockets that systemd opened for us (sd_listen_fds(3)), by their names.

Twisted's own C{systemd:} endpoints know streams only, and the import of its
endpoints removes the variables from the environment; the kernel's copy of the
first environment still has them.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path

FIRST = 3
"""The first descriptor that systemd hands over."""


def firstEnvironment() -> dict[str, str]:
    """
    The environment that this process was started with.
    """
    text = Path("/proc/self/environ").read_bytes().decode("utf-8", "surrogateescape")
    pairs = (entry.partition("=") for entry in text.split("\0") if entry)
    return {name: value for name, _, value in pairs}


def inherited(
    name: str, environ: Mapping[str, str], pid: int, first: int = FIRST
) -> socket.socket:
    """
    The socket of that C{FileDescriptorName}, a duplicate of its own.

    @raise OSError: systemd gave us none of that name.
    """
    names = environ.get("LISTEN_FDNAMES", "").split(":")
    if environ.get("LISTEN_PID") != str(pid) or name not in names:
        known = ", ".join(filter(None, names)) or "none"
        raise OSError(
            f"systemd:{name}: systemd handed over no socket of that name,"
            f" but {known}; see FileDescriptorName= in the socket unit"
        )
    return socket.socket(fileno=os.dup(first + names.index(name)))


def socketNamed(name: str) -> socket.socket:
    """
    As L{inherited}, for this process.
    """
    return inherited(name, firstEnvironment(), os.getpid())
