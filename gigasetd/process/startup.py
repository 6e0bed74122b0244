# -*- test-case-name: tests.process.test_startup -*-
"""
Start the services one after the other; stop at the first failure.

A plain C{MultiService} ignores the Deferreds of its services, so that a port
that cannot be bound would go unnoticed.

Layer 4 (assembly).
"""

from __future__ import annotations

from typing import Any

from twisted.application.service import MultiService, Service
from twisted.internet.defer import Deferred, DeferredList, maybeDeferred


class Listeners(MultiService):
    """
    The services that need the registry: starts them in order.

    @ivar starting: the name of the service that starts, or that has failed.
    """

    starting = ""

    def startService(self) -> Deferred[None]:
        """
        Start all services in order.

        @return: fails with the first failure of a service.
        """
        Service.startService(self)
        return Deferred.fromCoroutine(self._start())

    async def _start(self) -> None:
        for service in list[Any](self):
            if not self.running:
                return
            self.starting = service.name or ""
            await maybeDeferred(service.startService)

    def stopService(self) -> Deferred[Any]:
        """
        Stop the services that have started, in reverse order.

        @return: fires when all have stopped.
        """
        # A timer that has not started cannot be stopped.
        Service.stopService(self)
        started = [service for service in reversed(list[Any](self)) if service.running]
        return DeferredList([maybeDeferred(each.stopService) for each in started])
