# -*- test-case-name: tests.info.fetch.test_parserprocess -*-
"""
Has documents from anywhere read in a process of its own, one after the other;
it is started when there is something to read, and ended when it takes too long,
or when there was nothing for a while.

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
LONGEST = 1 << 20  #: bytes of what it tells
COMMAND = "from gigasetd.info.fetch.parserworker import main; main()"


class ParserProtocol(ProcessProtocol):
    """
    One life of the process.

    @ivar ended: fires when it is gone.
    """

    def __init__(self) -> None:
        self.ended: Deferred[None] = Deferred()
        self._waiting: Deferred[bytes] | None = None
        self._received = b""

    @property
    def alive(self) -> bool:
        """
        Whether it can be asked.
        """
        return not self.ended.called

    def ask(self, data: bytes) -> Deferred[bytes]:
        """
        Have a document read.

        @return: fails with L{SourceError} where the process ends over it.
        """
        waiting = self._waiting = Deferred[bytes]()
        transport: Any = self.transport
        transport.write(data)
        return waiting

    def outReceived(self, data: bytes) -> None:
        """
        Put the answer together.
        """
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
        What a parser complains of is nobody's matter.
        """

    def processEnded(self, reason: Failure) -> None:
        """
        It is gone.
        """
        self.ended.callback(None)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.errback(SourceError("takes too long, or too much, to read"))

    def kill(self) -> None:
        """
        End it.
        """
        transport: Any = self.transport
        with suppress(ProcessExitedAlready):
            transport.signalProcess("KILL")


class ParserProcess:
    """
    @ivar counts: what became of processes, by name.
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

    async def read(self, asked: ParseRequest, kind: Any) -> Any:
        """
        Have a document read.

        @param kind: the type of what it holds.
        @raise BadSource: it holds none, or takes too long or too much.
        """
        await self._lock.acquire()
        try:
            body = await self._within(self._started().ask(encodeFrame(asked)))
        finally:
            self._lock.release()
        try:
            told = msgspec.json.decode(body, type=ParseResult)
            if told.fault:
                raise SourceError(told.fault)
            return msgspec.json.decode(told.value, type=kind)
        except msgspec.MsgspecError:
            raise SourceError("not the expected document") from None

    async def _within(self, answer: Deferred[bytes]) -> bytes:
        """
        Wait for an answer, but not for ever.
        """
        alarm = self._reactor.callLater(self._patience, self._kill)
        try:
            return await answer
        finally:
            if alarm.active():
                alarm.cancel()
            self._rest()

    def _started(self) -> ParserProtocol:
        """
        The process, a new one where there is none.
        """
        if self._idle is not None and self._idle.active():
            self._idle.cancel()
        if self._reader is None or not self._reader.alive:
            self.counts["readers_started"] += 1
            self._reader = ParserProtocol()
            command = [sys.executable, "-c", COMMAND]
            # What the daemon was started with may hold secrets.
            env = {"PYTHONPATH": os.pathsep.join(sys.path), "LANG": "C.UTF-8"}
            self._reactor.spawnProcess(self._reader, sys.executable, command, env)
        return self._reader

    def _kill(self) -> None:
        """
        It takes too long.
        """
        self.counts["readers_killed"] += 1
        if self._reader is not None:
            self._reader.kill()

    def _rest(self) -> None:
        """
        Keep the process for a while.
        """
        if self._reader is not None and self._reader.alive:
            self._idle = self._reactor.callLater(IDLE, self._end)

    def _end(self) -> None:
        """
        There was nothing to read for long.
        """
        if self._reader is not None and self._reader.alive:
            self._reader.kill()

    async def stop(self) -> None:
        """
        End the process.

        @return: when it is gone.
        """
        if self._idle is not None and self._idle.active():
            self._idle.cancel()
        if self._reader is not None and self._reader.alive:
            gone = self._reader.ended
            self._reader.kill()
            await gone
