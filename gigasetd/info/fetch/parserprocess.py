# -*- test-case-name: tests.info.fetch.test_parserprocess -*-
"""
Parses documents from any server in a separate process, one at a time. The
process is started when needed, and killed when it is idle or takes too long.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any

import msgspec
from twisted.internet.defer import Deferred, DeferredLock
from twisted.internet.error import ProcessExitedAlready
from twisted.internet.protocol import ProcessProtocol
from twisted.python.failure import Failure

from gigasetd.info.fetch.ipc import (
    LENGTH,
    ParseRequest,
    ParseResult,
    encodeFrame,
    frameLength,
)
from gigasetd.info.sources.interface import SourceError

IDLE = 120.0  #: seconds without work after which the process ends
LONGEST = 1 << 20  #: bytes of a result
COMMAND = "from gigasetd.info.fetch.parserworker import main; main()"


class ParserProtocol(ProcessProtocol):
    """
    The connection to one parser process.

    @ivar ended: fires when the process has ended.
    """

    def __init__(self) -> None:
        self.ended: Deferred[None] = Deferred()
        self._waiting: Deferred[bytes] | None = None
        self._received = b""

    @property
    def alive(self) -> bool:
        """
        Whether the process is running.
        """
        return not self.ended.called

    def ask(self, data: bytes) -> Deferred[bytes]:
        """
        Send a request.

        @return: fires with the result; fails with L{SourceError} if the process
            ends.
        """
        waiting = self._waiting = Deferred[bytes]()
        transport: Any = self.transport
        transport.write(data)
        return waiting

    def outReceived(self, data: bytes) -> None:
        self._received += data
        if len(self._received) < LENGTH.size:
            return
        end = LENGTH.size + frameLength(self._received[: LENGTH.size])
        if end > LONGEST:
            self.kill()
        elif len(self._received) >= end and self._waiting is not None:
            body, self._received = self._received[LENGTH.size : end], b""
            waiting, self._waiting = self._waiting, None
            waiting.callback(body)

    def errReceived(self, data: bytes) -> None:
        """
        Ignore what parsers write to standard error.
        """

    def processEnded(self, reason: Failure) -> None:
        self.ended.callback(None)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.errback(SourceError("parsing takes too much time or memory"))

    def kill(self) -> None:
        transport: Any = self.transport
        with suppress(ProcessExitedAlready):
            transport.signalProcess("KILL")


class ParserProcess:
    """
    Runs the parser process.

    @ivar counts: processes started and killed.
    """

    def __init__(self, reactor: Any, patience: float) -> None:
        """
        @param patience: seconds that one document may take.
        """
        self.counts = {"readers_started": 0, "readers_killed": 0}
        self._reactor = reactor
        self._patience = patience
        self._lock = DeferredLock()
        self._reader: ParserProtocol | None = None
        self._idle: Any = None

    async def read(self, request: ParseRequest, kind: Any) -> Any:
        """
        Parse a document.

        @param kind: type of its value.
        @raise SourceError: it cannot be parsed, or takes too much time or memory.
        """
        await self._lock.acquire()
        try:
            body = await self._awaitResult(self._started().ask(encodeFrame(request)))
        finally:
            self._lock.release()
        try:
            result = msgspec.json.decode(body, type=ParseResult)
            if result.fault:
                raise SourceError(result.fault)
            return msgspec.json.decode(result.value, type=kind)
        except msgspec.MsgspecError:
            raise SourceError("unexpected document format") from None

    async def _awaitResult(self, result: Deferred[bytes]) -> bytes:
        alarm = self._reactor.callLater(self._patience, self._kill)
        try:
            return await result
        finally:
            if alarm.active():
                alarm.cancel()
            self._startIdleTimer()

    def _started(self) -> ParserProtocol:
        if self._idle is not None and self._idle.active():
            self._idle.cancel()
        if self._reader is None or not self._reader.alive:
            self.counts["readers_started"] += 1
            self._reader = ParserProtocol()
            command = [sys.executable, "-c", COMMAND]
            # The daemon's own environment may hold secrets.
            env = {"PYTHONPATH": os.pathsep.join(sys.path), "LANG": "C.UTF-8"}
            self._reactor.spawnProcess(self._reader, sys.executable, command, env)
        return self._reader

    def _kill(self) -> None:
        self.counts["readers_killed"] += 1
        if self._reader is not None:
            self._reader.kill()

    def _startIdleTimer(self) -> None:
        if self._reader is not None and self._reader.alive:
            self._idle = self._reactor.callLater(IDLE, self._endIdle)

    def _endIdle(self) -> None:
        if self._reader is not None and self._reader.alive:
            self._reader.kill()

    async def stop(self) -> None:
        """
        End the process, and wait until it is gone.
        """
        if self._idle is not None and self._idle.active():
            self._idle.cancel()
        if self._reader is not None and self._reader.alive:
            gone = self._reader.ended
            self._reader.kill()
            await gone
