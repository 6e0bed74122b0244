# -*- test-case-name: tests.control.test_inprocess -*-
"""
The operator's verbs for the HTTP API and the pages, without a socket.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gigasetd.control.dispatcher import Dispatcher
from gigasetd.control.messages import Document

Take = Callable[[list[Document]], None]


class InProcessRequester:
    """
    Receives the parts of one request's result, and drops its progress.
    """

    def __init__(self, take: Take, gone: Callable[[], bool] = lambda: False) -> None:
        """
        @param take: called with each piece of a list.
        @param gone: whether the HTTP client has hung up.
        """
        self._take = take
        self._gone = gone

    @property
    def gone(self) -> bool:
        """
        Whether the HTTP client has hung up.
        """
        return self._gone()

    def deliver(self, event: dict[str, Any]) -> None:
        """
        Pass a piece of a list on.
        """
        if "part" in event:
            self._take(event["part"])


class Commands:
    """
    The operator's verbs, for the pages that offer them.

    @ivar dispatcher: performs them.
    """

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher

    async def perform(self, verb: str, /, **arguments: Any) -> Any:
        """
        Perform a verb, and wait until its changes are on disk.

        @return: the document, as C{gigasetctl --json} prints it.
        @raise Refused: the rules refuse it.
        @raise gigasetd.errors.StoreError: its changes could not be written.
        """
        parts: list[Document] = []
        requester = InProcessRequester(parts.extend)
        last = await self.dispatcher.serve(verb, arguments, requester)
        if "key" not in last:
            return last["done"]
        return {**last["done"], last["key"]: parts} if last["key"] else parts
