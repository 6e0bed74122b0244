# -*- test-case-name: tests.control.test_unixsocket -*-
"""
Unix sockets at paths of any length.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOM = 100
"""Bytes of a path that fit into sockaddr_un on every system; Linux has 108."""


@contextmanager
def shortAddress(path: Path) -> Iterator[str]:
    """
    Make an address for C{path} that fits into a socket address.

    It is valid inside the block only.
    """
    if len(os.fsencode(path)) <= ROOM:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def connected(path: Path, timeout: float) -> socket.socket:
    """
    Connect a blocking stream to the server at C{path}.

    @param timeout: seconds that each step may take.
    @raise OSError: no server listens there.
    """
    stream = socket.socket(socket.AF_UNIX)
    try:
        stream.settimeout(timeout)
        with shortAddress(path) as address:
            stream.connect(address)
    except BaseException:
        stream.close()
        raise
    return stream


def removeStale(path: Path) -> None:
    """
    Remove the socket that a daemon has left behind when it was killed.

    @raise OSError: a daemon listens there, or it is another kind of file.
    """
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(f"{path} exists and is not a socket: remove it")
        connected(path, 1.0).close()
    except FileNotFoundError:
        return
    except ConnectionRefusedError:
        path.unlink()
        return
    raise FileExistsError(f"another daemon answers at {path}")
