# -*- test-case-name: tests.process.test_sdnotify -*-
"""
Telling systemd how far we are (sd_notify(3)).

Written out because the protocol is one datagram, and the libraries for it
bind to libsystemd or are as long as this.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping


def notify(*states: str, environ: Mapping[str, str] = os.environ) -> bool:
    """
    Send assignments such as C{"READY=1"}, C{"STOPPING=1"}, C{"RELOADING=1"}
    or C{"STATUS=..."}.

    @return: whether somebody was told; C{False} without C{$NOTIFY_SOCKET}, or
        when nobody listens there, which must not disturb the daemon.
    """
    name = environ.get("NOTIFY_SOCKET", "")
    if name[:1] not in ("/", "@"):
        return False
    # "@" stands for the NUL byte of an abstract socket (unix(7)).
    address = "\0" + name[1:] if name[0] == "@" else name
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.setblocking(False)
            told.sendto("\n".join(states).encode(), address)
    except OSError:
        return False
    return True
