# -*- test-case-name: tests.xmpp.stream.test_flushing -*-
"""
Flush each stream once a turn, and watch those whose peer has not read all.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IReactorTime

from gigasetd.xmpp.stream.writer import StreamWriter

SOON = 0.02
"""Seconds between two looks at the writers that wait for the system."""

EAGER = 3
"""Looks, one a turn, before L{SOON} is waited: over TLS the system has what is
written a turn or two later."""


class Flusher:
    """
    Flushes the writers of all client streams.

    @ivar touched: the writers that the next flush writes.
    @ivar counts: where C{unread} counts the peers that were cut off.
    """

    def __init__(self, counts: dict[str, int], reactor: IReactorTime) -> None:
        self.counts = counts
        self.touched: dict[StreamWriter, None] = {}
        self._reactor = reactor
        self._unread: dict[StreamWriter, None] = {}
        self._poll: Any = None
        self._eager = 0  # looks without a pause that are left

    def flush(self) -> None:
        """
        Write all that was put, in one system call a stream.
        """
        touched = self.touched
        while touched:
            # What is flushed may make its stream put more.
            writers = list(touched)
            touched.clear()
            for writer in writers:
                if writer.flush():
                    writer.host.flushed()
                else:
                    self._wait(writer)

    def _wait(self, writer: StreamWriter) -> None:
        if writer.overfull():
            self.counts["unread"] += 1
            writer.abort()
            return
        self._unread[writer] = None
        self._eager = EAGER
        if self._poll is None:
            self._poll = self._reactor.callLater(0, self._look)
        elif self._poll.getTime() > self._reactor.seconds():
            self._poll.reset(0)

    def _look(self) -> None:
        self._poll = None
        for writer in [each for each in self._unread if not each.waiting()]:
            del self._unread[writer]
            writer.host.flushed()
        self.flush()
        if self._unread and self._poll is None:
            self._eager -= 1
            pause = 0 if self._eager > 0 else SOON
            self._poll = self._reactor.callLater(pause, self._look)

    def waits(self, writer: StreamWriter) -> bool:
        """
        Whether the system may not have taken all that was written.
        """
        return writer in self._unread

    def forget(self, writer: StreamWriter) -> None:
        """
        Drop the writer of a connection that is gone.
        """
        self.touched.pop(writer, None)
        self._unread.pop(writer, None)

    def stop(self) -> None:
        """
        Cancel the next check.
        """
        if self._poll is not None:
            self._poll.cancel()
            self._poll = None
