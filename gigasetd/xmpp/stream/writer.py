# -*- test-case-name: tests.xmpp.stream.test_writer -*-
"""
The writing half of a stream: text in order, held back until the changes that
it reports are on disk, and a limit on what the peer may leave unread.

Layer 3 (I/O).
"""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable
from typing import Any, Union

from twisted.internet.abstract import FileDescriptor

from gigasetd.xmpp.stream.streamhost import StreamHost

Held = Union[str, Callable[[], None]]


class WriteBuffer:
    """
    Joins what is put in one turn, and knows what the peer has not read.

    @ivar most: bytes that the peer may leave unread.
    @ivar written: bytes that were written so far.
    """

    __slots__ = ("_direct", "_out", "_raw", "_transport", "most", "written")

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

    def tune(self, patience: float) -> None:
        """
        Have the system detect a dead peer: by keepalives, and when data is
        not acknowledged.

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

    def limitReads(self, size: int) -> None:
        """
        Have at most so many bytes read at once.
        """
        if self._raw is not None:
            self._raw.bufferSize = size

    def secured(self) -> None:
        """
        Write through TLS from now on.
        """
        self._direct = False

    def append(self, text: str) -> None:
        """
        Have a text written by the next L{flush}.
        """
        self._out.append(text)

    def flush(self) -> bool:
        """
        Write what was appended.

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
        Count the bytes that the system has not taken.
        """
        raw = self._raw
        if raw is None:
            return 0
        # Nothing public tells it; a producer would be called too late.
        return int(len(raw.dataBuffer) - raw.offset + raw._tempDataLen)

    def overfull(self) -> bool:
        """
        Whether the peer has left too much unread.
        """
        return self.waiting() > self.most

    def abort(self) -> None:
        """
        Cut the connection off, without what was not written.
        """
        self._transport.abortConnection()


class StreamWriter(WriteBuffer):
    """
    The writing half of a stream.

    @ivar host: the stream.
    @ivar ended: whether nothing more may be sent to the client.
    """

    __slots__ = ("_held", "_size", "_touched", "ended", "host")

    def __init__(
        self,
        host: StreamHost,
        transport: Any,
        most: int,
        touched: dict[StreamWriter, None],
    ) -> None:
        """
        @param touched: the writers that are flushed at the end of this turn.
        """
        super().__init__(transport, most)
        self.host, self.ended = host, False
        self._touched = touched
        self._held: deque[tuple[int, Held]] = deque()
        self._size = 0  # characters that are held

    def put(self, text: str, after: int = 0) -> None:
        """
        Have a text written at the end of this turn.

        @param after: the change that must be on disk first, 0 for none;
            everything that follows waits too.
        """
        if after or self._held:
            self._held.append((after, text))
            self._size += len(text)
        else:
            self._out.append(text)
        self._touched[self] = None

    def then(self, action: Callable[[], None], after: int = 0) -> None:
        """
        Call C{action} when all that was put before is written.

        @param after: as for L{put}.
        """
        if after or self._held:
            self._held.append((after, action))
        else:
            self.flush()
            action()

    def release(self, safe: int) -> None:
        """
        Let go of what waited for changes up to C{safe}.
        """
        held = self._held
        if not held:
            return
        while held and held[0][0] <= safe:
            _, item = held.popleft()
            if isinstance(item, str):
                self._size -= len(item)
                self._out.append(item)
            else:
                self.flush()
                item()
        self._touched[self] = None

    def holds(self, change: int) -> bool:
        """
        Whether something waits for that change.
        """
        return any(after == change for after, _ in self._held)

    def drop(self) -> None:
        """
        Forget what is held: it can never be written.
        """
        self._held.clear()
        self._size = 0

    def overfull(self) -> bool:
        """
        Whether the peer has left too much unread, or too much is held.
        """
        return self._size + self.waiting() > self.most

    def crowded(self) -> bool:
        """
        Whether half of that limit is reached.
        """
        return 2 * (self._size + self.waiting()) > self.most
