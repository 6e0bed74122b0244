# -*- test-case-name: tests.control.test_service -*-
"""
The control socket: how C{gigasetctl} reaches the running daemon.

Only the daemon's own user and C{root} can open its file; both are operators.

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
from gigasetd.control.dispatcher import Dispatcher
from gigasetd.control.unixsocket import ROOM, removeStale
from gigasetd.control.verbs.backup import BackupVerbs

MODE = 0o600
"""The file's mode: its owner may connect."""

log = Logger()


def socketPath(config: Config) -> Path:
    """
    Where the control socket of a daemon with this configuration is.
    """
    return config.server.state_dir / "control.sock"


class ControlService(Service):
    """
    Listens on the control socket.

    @ivar path: the socket's file.
    @ivar dispatcher: performs the requests.
    @ivar factory: accepts the connections.
    """

    name = "control"

    def __init__(self, path: Path, dispatcher: Dispatcher, backup: BackupVerbs) -> None:
        self.path = path
        self._backup = backup
        self.dispatcher = dispatcher
        self.factory = ControlFactory(dispatcher)
        self._folder = -1
        self._port: Any = None

    def startService(self) -> None:
        """
        Begin to listen.

        @raise CannotListenError: another daemon listens there, or the file
            cannot be created.
        """
        try:
            removeStale(self.path)
            # listenUNIX sets the mode before a client can connect; a socket
            # that we bind and Twisted adopts would have 0666 at first.
            self._port = self.dispatcher.reactor.listenUNIX(
                self._address(), self.factory, CONNECTIONS, MODE
            )
        except (OSError, CannotListenError) as error:
            self._closeFolder()
            raise _unable(self.path, error) from error
        self.dispatcher.cooperator.start()
        Service.startService(self)
        log.info(
            "listening service=control transport=unix address={path}", path=self.path
        )

    def _address(self) -> str:
        if len(os.fsencode(self.path)) <= ROOM:
            return str(self.path)
        # Too long for a socket address; valid while the folder is open.
        self._folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/self/fd/{self._folder}/{self.path.name}"

    def _closeFolder(self) -> None:
        if self._folder >= 0:
            os.close(self._folder)
            self._folder = -1

    def stopService(self) -> Deferred[None]:
        """
        Stop listening, and close all connections.

        @return: fires when the port is closed.
        """
        Service.stopService(self)
        self._backup.forget()
        self.dispatcher.cooperator.stop()
        for connection in list(self.factory.connections):
            connection.drop()
        port, self._port = self._port, None
        if port is None:
            return succeed(None)
        # Twisted removes the file, and never finishes if it is missing.
        self.path.touch()
        stopped: Deferred[Any] = port.stopListening()
        return stopped.addCallback(lambda _: self._closeFolder())


def _unable(path: Path, error: Exception) -> CannotListenError:
    untyped: Any = CannotListenError
    reason = getattr(error, "socketError", error)
    unable: CannotListenError = untyped("unix", str(path), reason)
    return unable
