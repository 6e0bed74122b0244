# -*- test-case-name: tests.control.test_service -*-
"""
Unix sockets at any path, however long.

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
"""Bytes that every system's sockaddr_un takes."""


@contextmanager
def reached(path: Path) -> Iterator[str]:
    """
    An address for C{path} that is short enough, good inside the block.
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
    A blocking stream to whoever listens at C{path}.

    @param timeout: seconds that each step may take.
    @raise OSError: nobody does.
    """
    stream = socket.socket(socket.AF_UNIX)
    try:
        stream.settimeout(timeout)
        with reached(path) as address:
            stream.connect(address)
    except BaseException:
        stream.close()
        raise
    return stream


def clear(path: Path) -> None:
    """
    Make room for a socket at C{path}: one that nobody listens at is removed.

    @raise OSError: somebody listens there, or it is no socket.
    """
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(f"{path} is no socket")
        connected(path, 1.0).close()
    except FileNotFoundError:
        return
    except ConnectionRefusedError:
        path.unlink()
        return
    raise FileExistsError(f"another daemon answers at {path}")
