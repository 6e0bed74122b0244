# -*- test-case-name: tests.web.admin.test_home -*-
"""
The operator's verbs, asked for from inside the daemon: what the control
socket does for gigasetctl, for pages and scripts that come by HTTP.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gigasetd.control.dispatcher import Desk
from gigasetd.control.messages import Asked, View

Take = Callable[[list[View]], None]


class Errand:
    """
    One request that is under way.
    """

    def __init__(self, take: Take, gone: Callable[[], bool]) -> None:
        """
        @param take: is given the pieces of a list.
        @param gone: whether nobody waits for the answer any longer.
        """
        self._take = take
        self._gone = gone

    @property
    def gone(self) -> bool:
        """
        Whether nobody waits for the answer any longer.
        """
        return self._gone()

    def deliver(self, event: dict[str, Any]) -> None:
        """
        Pass the pieces of a list on; HTTP shows no progress.
        """
        if "part" in event:
            self._take(event["part"])


def _waiting() -> bool:
    """
    Somebody always waits for what a page needs.
    """
    return False


class Commands:
    """
    The operator's verbs, for the pages that offer them.

    @ivar desk: performs them.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def perform(self, verb: str, /, **arguments: Any) -> Any:
        """
        Have a verb done, and wait until what it changed is on disk.

        @return: the document, as gigasetctl prints it.
        @raise Refused: the rules decline.
        @raise gigasetd.errors.StoreError: it could not be made safe.
        """
        parts: list[View] = []
        errand = Errand(parts.extend, _waiting)
        last = await self.desk.serve(verb, Asked(arguments), errand)
        if "key" not in last:
            return last["done"]
        return {**last["done"], last["key"]: parts} if last["key"] else parts
