# -*- test-case-name: tests.control.test_service -*-
"""
The control socket: how C{gigasetctl} reaches the running daemon.

It is a file that only the daemon's own user can open, and C{root}; whoever
can is the operator.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import CannotListenError
from twisted.logger import Logger

from gigasetd.config.schema import Config
from gigasetd.control.connection import CONNECTIONS, ControlFactory
from gigasetd.control.dispatcher import Desk
from gigasetd.control.unixsocket import ROOM, removeStale
from gigasetd.control.verbs.backup import Backup

MODE = 0o600
"""Who may open the socket: its owner."""

log = Logger()


def socketPath(config: Config) -> Path:
    """
    Where the daemon of this configuration is reached.
    """
    return config.server.state_dir / "control.sock"


class ControlService(Service):
    """
    @ivar path: the socket's file.
    @ivar desk: performs the requests.
    @ivar factory: accepts the connections.
    """

    name = "control"

    def __init__(self, path: Path, desk: Desk, backup: Backup) -> None:
        self.path = path
        self._backup = backup
        self.desk = desk
        self.factory = ControlFactory(desk)
        self._folder = -1
        self._port: Any = None

    def startService(self) -> None:
        """
        Listen.

        @raise CannotListenError: another daemon does, or the file cannot be
            made.
        """
        try:
            removeStale(self.path)
            # Twisted sets the mode before anybody can connect; a socket that
            # it adopts would be made 0666.
            self._port = self.desk.reactor.listenUNIX(
                self._address(), self.factory, CONNECTIONS, MODE
            )
        except (OSError, CannotListenError) as error:
            self._forget()
            raise _unable(self.path, error) from error
        self.desk.cooperator.start()
        Service.startService(self)
        log.info(
            "listening service=control transport=unix address={path}", path=self.path
        )

    def _address(self) -> str:
        """
        The path, in a form that a socket address has room for.
        """
        if len(os.fsencode(self.path)) <= ROOM:
            return str(self.path)
        # Good as long as the folder is open, which is until we stop.
        self._folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/self/fd/{self._folder}/{self.path.name}"

    def _forget(self) -> None:
        """
        Let the folder go.
        """
        if self._folder >= 0:
            os.close(self._folder)
            self._folder = -1

    def stopService(self) -> Deferred[None]:
        """
        Listen no more and drop who is there.
        """
        Service.stopService(self)
        self._backup.forget()
        self.desk.cooperator.stop()
        for connection in list(self.factory.connections):
            connection.drop()
        port, self._port = self._port, None
        if port is None:
            return succeed(None)
        # Twisted removes the file and never gets done where it is missing.
        self.path.touch()
        stopped: Deferred[Any] = port.stopListening()
        return stopped.addCallback(lambda _: self._forget())


def _unable(path: Path, error: Exception) -> CannotListenError:
    """
    What to raise where the socket cannot be had.
    """
    untyped: Any = CannotListenError
    reason = getattr(error, "socketError", error)
    unable: CannotListenError = untyped("unix", str(path), reason)
    return unable
