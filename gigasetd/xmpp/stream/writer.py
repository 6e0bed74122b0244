# -*- test-case-name: tests.xmpp.test_executor -*-
"""
What is written to one connection: in order, held back while what it tells of
is not on the disk, and never more than the peer may leave unread.

Layer 3 (I/O).
"""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable
from typing import Any, Union

from twisted.internet.abstract import FileDescriptor

Item = Union[str, Callable[[], None]]


class Outlet:
    """
    @ivar most: bytes that may wait.
    @ivar written: bytes that were written so far.
    """

    __slots__ = (
        "_direct",
        "_held",
        "_out",
        "_raw",
        "_size",
        "_transport",
        "most",
        "written",
    )

    def __init__(self, transport: Any, most: int) -> None:
        self.most, self.written = most, 0
        self._transport = transport
        # Not by its attributes: a wrapper shows those of what it wraps.
        plain = isinstance(transport, FileDescriptor)
        raw = transport if plain else getattr(transport, "transport", None)
        self._raw: Any = raw if isinstance(raw, FileDescriptor) else None
        # One system call instead of three, where nothing waits before it.
        self._direct = plain
        self._out: list[str] = []
        self._held: deque[tuple[int, Item]] = deque()
        self._size = 0  # of what is held

    def tune(self, patience: float) -> None:
        """
        Have the system find out whether the peer is there: by itself, and
        when something it was sent is not confirmed.

        @param patience: seconds.
        """
        raw = self._raw
        if raw is None or not hasattr(raw, "setTcpNoDelay"):
            return
        raw.setTcpNoDelay(True)
        raw.setTcpKeepAlive(True)
        seconds = int(patience)
        line: socket.socket = raw.getHandle()
        for option, value in (
            (socket.TCP_KEEPIDLE, seconds),
            (socket.TCP_KEEPINTVL, max(1, seconds // 4)),
            (socket.TCP_USER_TIMEOUT, 1000 * seconds),
        ):
            line.setsockopt(socket.IPPROTO_TCP, option, value)

    def secured(self) -> None:
        """
        From now on everything goes through TLS.
        """
        self._direct = False

    def put(self, item: Item, after: int = 0) -> None:
        """
        Have a text written by the next L{flush}, or something done after it.

        @param after: the change that must be on disk first, 0 for none;
            everything that follows waits too.
        """
        if after or self._held:
            self._held.append((after, item))
            self._size += len(item) if isinstance(item, str) else 0
        elif isinstance(item, str):
            self._out.append(item)
        else:
            self.flush()
            item()

    def release(self, safe: int) -> bool:
        """
        Changes up to C{safe} are on disk.

        @return: whether something was held.
        """
        held = self._held
        if not held:
            return False
        while held and held[0][0] <= safe:
            _, item = held.popleft()
            if isinstance(item, str):
                self._size -= len(item)
                self._out.append(item)
            else:
                self.flush()
                item()
        return True

    def holds(self, number: int) -> bool:
        """
        Whether something waits for that change.
        """
        return any(after == number for after, _ in self._held)

    def drop(self) -> None:
        """
        Forget what is held: it can never be written.
        """
        self._held.clear()
        self._size = 0

    def flush(self) -> bool:
        """
        Write what there is.

        @return: whether the system has taken it all.
        """
        if not self._out:
            return not self.waiting()
        data = "".join(self._out).encode("utf-8", "replace")
        self._out.clear()
        self.written += len(data)
        if self._direct and not self.waiting():
            sent = self._transport.writeSomeData(data)
            if sent == len(data):
                return True
            if isinstance(sent, int):
                data = data[sent:]
        self._transport.write(data)
        return self._raw is None

    def waiting(self) -> int:
        """
        How many bytes the system has not taken.
        """
        raw = self._raw
        if raw is None:
            return 0
        # Nothing public tells it; a producer would be told too late.
        return int(len(raw.dataBuffer) - raw.offset + raw._tempDataLen)

    def overfull(self) -> bool:
        """
        Whether the peer has left too much unread.
        """
        return self._size + self.waiting() > self.most

    def crowded(self) -> bool:
        """
        Whether that is not far any more.
        """
        return 2 * (self._size + self.waiting()) > self.most
