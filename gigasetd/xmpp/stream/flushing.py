# -*- test-case-name: tests.xmpp.test_executor -*-
"""
Who was written to in this turn, and who has not read it yet.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IReactorTime

if TYPE_CHECKING:
    from gigasetd.xmpp.stream.stream import Stream

SOON = 0.02
"""Seconds between two looks at who has not read everything."""

EAGER = 3
"""Looks, one a turn, before L{SOON} is waited: over TLS the system has what is
written a turn or two later."""


class Writers:
    """
    @ivar counts: how many were cut off because they never read.
    """

    def __init__(
        self,
        flushed: Callable[[Stream], None],
        counts: dict[str, int],
        reactor: IReactorTime,
    ) -> None:
        """
        @param flushed: told when the system has all that was written.
        """
        self.counts = counts
        self._flushed = flushed
        self._reactor = reactor
        self._touched: dict[Stream, None] = {}
        self._unread: dict[Stream, None] = {}
        self._poll: Any = None
        self._eager = 0  # looks at once that are left

    def put(self, stream: Stream, text: str, after: int = 0) -> None:
        """
        Have a text written at the end of this turn.
        """
        stream.outlet.put(text, after)
        self._touched[stream] = None

    def touch(self, stream: Stream) -> None:
        """
        Something was put there.
        """
        self._touched[stream] = None

    def flush(self) -> None:
        """
        Write all that has come together, one system call a stream.
        """
        while self._touched:
            touched, self._touched = self._touched, {}
            for stream in touched:
                self._flush(stream)

    def _flush(self, stream: Stream) -> None:
        """
        Write to one stream; one that never reads is cut off.
        """
        outlet = stream.outlet
        if outlet.flush():
            self._flushed(stream)
        elif outlet.overfull():
            self.counts["unread"] += 1
            stream.transport.abortConnection()
        else:
            self._unread[stream] = None
            self._eager = EAGER
            if self._poll is None:
                self._poll = self._reactor.callLater(0, self._look)
            elif self._poll.getTime() > self._reactor.seconds():
                self._poll.reset(0)

    def _look(self) -> None:
        """
        See who has read everything by now.
        """
        self._poll = None
        for stream in [one for one in self._unread if not one.outlet.waiting()]:
            del self._unread[stream]
            self._flushed(stream)
        self.flush()
        if self._unread and self._poll is None:
            self._eager -= 1
            pause = 0 if self._eager > 0 else SOON
            self._poll = self._reactor.callLater(pause, self._look)

    def waits(self, stream: Stream) -> bool:
        """
        Whether the system may not have all that was written to a stream.
        """
        return stream in self._unread

    def forget(self, stream: Stream) -> None:
        """
        A connection is gone.
        """
        self._touched.pop(stream, None)
        self._unread.pop(stream, None)

    def stop(self) -> None:
        """
        No more looks.
        """
        if self._poll is not None:
            self._poll.cancel()
            self._poll = None
