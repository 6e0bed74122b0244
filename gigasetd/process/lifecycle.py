# -*- test-case-name: tests.process.test_lifecycle -*-
"""
The life of the process: start, reload, stop, signals and exit status.

twistd raises SIGTERM again and so exits with 143 after a clean stop; it dies of
SIGHUP; and it exits with 0 after a failure that stops the reactor.  This module
corrects all three.

Layer 3 (I/O).
"""

from __future__ import annotations

import gc
import os
import resource
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from twisted.internet.error import CannotListenError, ReactorNotRunning
from twisted.logger import Logger
from twisted.python.failure import Failure

from gigasetd.config.schema import KEYS, ConfigError
from gigasetd.errors import StoreError
from gigasetd.process.ownfolder import checkOwned, checkUnshared
from gigasetd.process.reload import Reload
from gigasetd.process.systemd import notify
from gigasetd.telemetry.log import logReady
from gigasetd.telemetry.status import Status

log = Logger()

FILES = 65536
"""Files that the daemon opens at most: more than all listeners' connections."""

THRESHOLDS = (2000, 10, 1_000_000)
"""Thresholds of the garbage collector.  A collection of the young generation
takes two or three milliseconds.  A full one stopped the reactor for 90 ms at
26,000 registrations, so only L{gigasetd.process.garbage} starts those."""


def makeStateDir(path: Path) -> None:
    """
    Make the state directory, accessible to the daemon's user only.

    @raise OSError: it cannot be made, this user cannot write to it, or other users
        may: the text is a line for the operator.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"server.state_dir: {path}: {error.strerror}") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise PermissionError(
            f"{path}: server.state_dir cannot be written to by this user"
        )
    try:
        checkOwned(path)
        checkUnshared(path)
    except PermissionError as error:
        raise PermissionError(f"server.state_dir: {error.strerror}") from None


def raiseFileLimit() -> int:
    """
    Let this process open as many files as it may: each connection is one, and
    where strangers have used them up the store could not write either.

    @return: how many it may open now.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return soft


class Daemon:
    """
    Logs the start, handles signals, and sets the exit status.

    @ivar exit: the exit status; C{0} while all is well.
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
        gc.set_threshold(*THRESHOLDS)
        self._status.ready = True
        logReady()
        notify("READY=1", "STATUS=serving phones")

    def _failed(self, failure: Failure) -> None:
        if failure.check(StoreError, CannotListenError, OSError):
            log.critical("cannot start: {why}", why=self._why(failure))
        else:
            log.failure("cannot start", failure=failure)
        self.exit = 1
        # A start may fail before the reactor runs; then it cannot be stopped yet.
        self._reactor.callWhenRunning(self._stop)

    def _why(self, failure: Failure) -> str:
        # A port that cannot be bound is the fault of a key.
        key = f"{self._listeners.starting}.listen"
        unbound = failure.check(CannotListenError) and key in KEYS
        return f"{key}: {failure.value}" if unbound else str(failure.value)

    def _watchSignals(self) -> None:
        # twistd has installed its own handlers by now.
        fromSignal = self._reactor.callFromThread
        signal.signal(signal.SIGTERM, lambda *_: fromSignal(self._stop))
        signal.signal(signal.SIGHUP, lambda *_: fromSignal(self.reload))

    def _stop(self) -> None:
        # A second signal while the daemon stops is ignored.
        with suppress(ReactorNotRunning):
            self._reactor.stop()

    def reload(self) -> None:
        """
        Apply a changed configuration, as SIGHUP requests.
        """
        notify("RELOADING=1")
        try:
            self._reload.renew()
        except ConfigError as error:
            for line in error.lines:
                log.error("not reloaded: {why}", why=line)
        notify("READY=1")

    def _stopping(self) -> None:
        self._status.ready = False
        notify("STOPPING=1")

    def _ended(self) -> None:
        # twistd would exit with 0.
        if self.exit:
            logout = getattr(self._root, "observer", None)
            stream = getattr(logout, "stream", None)
            if stream is not None:
                stream.flush()
            os._exit(self.exit)
