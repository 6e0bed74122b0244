# -*- test-case-name: tests.process.test_startup -*-
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
from twisted.internet.defer import Deferred, DeferredList, maybeDeferred


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
            if not self.running:
                return
            self.starting = service.name or ""
            await maybeDeferred(service.startService)

    def stopService(self) -> Deferred[Any]:
        """
        Stop those that were started, the last one first; a timer that was not
        cannot be.

        @return: fires when each has stopped.
        """
        Service.stopService(self)
        started = [service for service in reversed(list[Any](self)) if service.running]
        return DeferredList([maybeDeferred(each.stopService) for each in started])
