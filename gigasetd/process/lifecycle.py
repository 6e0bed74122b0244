# -*- test-case-name: tests.process.test_lifecycle -*-
"""
The process: how it starts, reloads and ends, as systemd and an operator's
shell see it.

twistd re-raises SIGTERM and so ends with 143 after a clean stop, dies of
SIGHUP, and ends with 0 after a failure that merely stops the reactor; each is
mended here.

Layer 3 (I/O).
"""

from __future__ import annotations

import gc
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from twisted.internet.error import CannotListenError, ReactorNotRunning
from twisted.logger import Logger
from twisted.python.failure import Failure

from gigasetd.config.schema import KEYS, ConfigError
from gigasetd.errors import StoreError
from gigasetd.process.reload import Reload
from gigasetd.process.systemd import notify
from gigasetd.telemetry.log import logReady
from gigasetd.telemetry.status import Status

log = Logger()

THRESHOLDS = (2000, 10, 1_000_000)
"""When Python looks for cycles: often among what is young, which costs two or
three milliseconds, and never by itself among all, which stopped everybody for
90 ms at 26,000 registrations renewed.  The store looks among all now and then."""


def makeStateDir(path: Path) -> None:
    """
    Make the state directory, for the daemon's own user alone.

    @raise OSError: it cannot be made or written to.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"server.state_dir: {path}: {error.strerror}") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise PermissionError(
            f"{path}: server.state_dir cannot be written to by this user"
        )


class Daemon:
    """
    Watches over the services from start to end.

    @ivar exit: the exit status, unless everything went well.
    """

    def __init__(
        self, store: Any, status: Status, reload: Reload, root: Any, reactor: Any
    ) -> None:
        self.exit = 0
        self._status = status
        self._reload = reload
        self._root = root
        self._reactor = reactor
        self._listeners = store.listeners
        store.loaded.addCallbacks(self._ready, self._failed)
        reactor.callWhenRunning(self._watchSignals)
        reactor.addSystemEventTrigger("before", "shutdown", self._stopping)
        reactor.addSystemEventTrigger("after", "shutdown", self._ended)

    def _ready(self, result: Any) -> None:
        """
        Everything is loaded and bound.
        """
        gc.set_threshold(*THRESHOLDS)
        self._status.ready = True
        logReady()
        notify("READY=1", "STATUS=serving phones")

    def _failed(self, failure: Failure) -> None:
        """
        The store or a listener cannot be had: say it in one line, and end.
        """
        if failure.check(StoreError, CannotListenError, OSError):
            log.critical("cannot start: {why}", why=self._why(failure))
        else:
            log.failure("cannot start", failure=failure)
        self.exit = 1
        # It may fail before the reactor runs, which cannot be stopped then.
        self._reactor.callWhenRunning(self._stop)

    def _why(self, failure: Failure) -> str:
        """
        What is wrong, with the key to look at where a port cannot be had.
        """
        key = f"{self._listeners.starting}.listen"
        unbound = failure.check(CannotListenError) and key in KEYS
        return f"{key}: {failure.value}" if unbound else str(failure.value)

    def _watchSignals(self) -> None:
        """
        Take SIGTERM and SIGHUP over from twistd, which has installed its own
        by now.
        """
        fromSignal = self._reactor.callFromThread
        signal.signal(signal.SIGTERM, lambda *_: fromSignal(self._stop))
        signal.signal(signal.SIGHUP, lambda *_: fromSignal(self.reload))

    def _stop(self) -> None:
        """
        End in good order; a second signal while that is under way is heard
        already.
        """
        with suppress(ReactorNotRunning):
            self._reactor.stop()

    def reload(self) -> None:
        """
        Apply a changed configuration, as SIGHUP asks.
        """
        notify("RELOADING=1")
        try:
            self._reload.renew()
        except ConfigError as error:
            for line in error.lines:
                log.error("not reloaded: {why}", why=line)
        notify("READY=1")

    def _stopping(self) -> None:
        """
        The end has begun.
        """
        self._status.ready = False
        notify("STOPPING=1")

    def _ended(self) -> None:
        """
        Everything has stopped; a failure must be seen in the exit status.
        """
        if self.exit:
            logout = getattr(self._root, "observer", None)
            stream = getattr(logout, "stream", None)
            if stream is not None:
                stream.flush()
            os._exit(self.exit)
