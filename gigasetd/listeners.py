# -*- test-case-name: tests.test_listeners -*-
"""
The services that face the network, started together and only when all that
they need is there.

A plain C{MultiService} looks at nobody's Deferred, so that a port that cannot
be bound would go unnoticed.

Layer 4 (assembly).
"""

from __future__ import annotations

from typing import Any

from twisted.application.service import MultiService, Service
from twisted.internet.defer import Deferred, maybeDeferred


class Listeners(MultiService):
    """
    Starts its services one after the other, and fails with the first that
    does.

    @ivar starting: the name of the one that is being started, or failed.
    """

    starting = ""

    def startService(self) -> Deferred[None]:
        """
        Start all.

        @return: fails with what a service raised or failed with.
        """
        Service.startService(self)
        return Deferred.fromCoroutine(self._start())

    async def _start(self) -> None:
        """
        As L{startService}.
        """
        for service in list[Any](self):
            self.starting = service.name or ""
            await maybeDeferred(service.startService)
