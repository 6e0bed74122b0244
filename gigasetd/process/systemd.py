# -*- test-case-name: tests.process.test_systemd -*-
"""
systemd: sockets that it opened (sd_listen_fds(3)), and the notification of
readiness (sd_notify(3)).

Twisted's own C{systemd:} endpoints know streams only, and the import of its
endpoints removes the variables from the environment; the kernel's copy of the
first environment still has them.

The notification is written by hand, since systemd-python needs libsystemd to be
built.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path

FIRST = 3
"""The first descriptor that systemd passes."""


def firstEnvironment() -> dict[str, str]:
    """
    Read the environment that this process was started with.
    """
    text = Path("/proc/self/environ").read_bytes().decode("utf-8", "surrogateescape")
    pairs = (entry.partition("=") for entry in text.split("\0") if entry)
    return {name: value for name, _, value in pairs}


def inherited(
    name: str, environ: Mapping[str, str], pid: int, first: int = FIRST
) -> socket.socket:
    """
    Get the socket with the C{FileDescriptorName} C{name}.

    @param environ: of the process, as systemd set it.
    @param pid: of the process.
    @param first: the first descriptor that systemd passed.
    @return: a duplicate, for the caller to close.
    @raise OSError: systemd passed no socket of that name.
    """
    names = environ.get("LISTEN_FDNAMES", "").split(":")
    if environ.get("LISTEN_PID") != str(pid) or name not in names:
        known = ", ".join(filter(None, names)) or "none"
        raise OSError(
            f"systemd handed over no socket named {name} (its sockets: {known});"
            " set FileDescriptorName= in the socket unit"
        )
    return socket.socket(fileno=os.dup(first + names.index(name)))


def socketNamed(name: str) -> socket.socket:
    """
    Get a socket that systemd passed to this process.

    @raise OSError: as L{inherited}.
    """
    return inherited(name, firstEnvironment(), os.getpid())


def notify(*states: str, environ: Mapping[str, str] = os.environ) -> bool:
    """
    Notify systemd by assignments such as C{"READY=1"}, C{"STOPPING=1"},
    C{"RELOADING=1"} or C{"STATUS=..."}.

    @return: whether it was sent; C{False} without C{$NOTIFY_SOCKET}, or where
        no socket listens there, which must not disturb the daemon.
    @see: sd_notify(3).
    """
    name = environ.get("NOTIFY_SOCKET", "")
    if name[:1] not in ("/", "@"):
        return False
    # "@" stands for the NUL byte of an abstract socket (unix(7)).
    address = "\0" + name[1:] if name[0] == "@" else name
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto("\n".join(states).encode(), address)
    except OSError:
        return False
    return True
