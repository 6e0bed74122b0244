# -*- test-case-name: tests.xmpp.stream.test_stream -*-
"""
What the reader and the writer of a stream call back.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import Protocol

from twisted.words.xish.domish import Element

from gigasetd.xmpp.stanza.parser import Event


class StreamHost(Protocol):
    """
    The stream that a reader and a writer belong to.

    @ivar source: what its address counts for.
    """

    source: str

    def received(self, event: Event, now: float) -> None:
        """
        Handle one event that was read.

        @param now: when the turn began.
        """

    def turned(self, now: float) -> None:
        """
        End a turn of reading: its answers may go out.
        """

    def flushed(self) -> None:
        """
        The system has taken all that was written.
        """

    def close(
        self, condition: str = "", text: str = "", detail: Element | None = None
    ) -> None:
        """
        End the stream.

        @param condition: of the stream error, C{""} for none.
        @param detail: what an extension adds to the error.
        """
