# -*- test-case-name: tests.sip.test_transportlayer -*-
"""
What all transports share: carry out actions, keep one alarm.

A transport is a loop of four moves: octets in, L{Dispatcher.receive}, carry out
what it answers, arm the alarm at the layer's deadline.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, Protocol

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from gigasetd.errors import StoreError
from gigasetd.ratelimit.guard import Guard
from gigasetd.sip.actions import Action, Flow, SendBytes
from gigasetd.sip.dispatcher import Dispatcher

log = Logger()


class Outlet(Protocol):
    """
    Somewhere that octets can be written to.
    """

    def send(self, data: bytes, flow: Flow) -> None:
        """
        Write one message, or drop and count it when that is not possible.
        """


class Transports:
    """
    @ivar outlets: listener -> outlet for datagrams, stream number -> outlet.
    @ivar media: carries out the actions on media.
    @ivar safe: tells when a change is on the disk.
    @ivar stun: answers a STUN request, C{None} for no answer.
    @ivar counts: what went wrong, and what came in that is no message.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        guard: Guard,
        settle: Callable[[], None],
        now: Callable[[], float],
        reactor: IReactorTime,
    ) -> None:
        self.dispatcher = dispatcher
        self.guard = guard
        self.now = now
        self.outlets: dict[str | int, Outlet] = {}
        self.media: Callable[[Any], None] = _noMedia
        self.safe: Callable[[int], Deferred[None]] = _atOnce
        self.stun: Callable[[bytes, Flow, float], bytes | None] = _noStun
        self.counts = {
            "datagrams": 0,
            "pings": 0,
            "unsent": 0,
            "unstored": 0,
            "crashes": 0,
            "streams_refused": 0,
            "streams_slow": 0,
        }
        self._settle = settle
        self._reactor = reactor
        self._alarm: Any = None
        self._due = inf  # when the alarm is to ring
        self._complained = False

    def receive(self, data: bytes, flow: Flow, now: float, out: list[Action]) -> None:
        """
        Give one message to the layer; what it answers is added to C{out}.
        """
        try:
            if self.guard.admits(flow.host, now):
                out += self.dispatcher.receive(data, flow, now)
        except Exception:
            # Our fault, whatever the peer sent: the next message is served.
            self.counts["crashes"] += 1
            log.failure("a SIP message could not be handled")

    def reflect(self, data: bytes, flow: Flow, now: float) -> bytes | None:
        """
        The answer to one STUN request, if it gets one.
        """
        try:
            return self.stun(data, flow, now)
        except Exception:
            self.counts["crashes"] += 1
            log.failure("a STUN message could not be handled")
            return None

    def finish(self, actions: list[Action]) -> None:
        """
        Make what has changed safe, then carry out the actions.
        """
        try:
            self._settle()
            self._complained = False
            for action in actions:
                if type(action) is not SendBytes:
                    self.media(action)
                elif action.after:
                    self._hold(action)
                else:
                    self._send(action)
        except StoreError as error:
            self._unsafe(error, actions)
        except Exception:
            # A reader that raises is taken off the reactor, and deaf.
            self.counts["crashes"] += 1
            log.failure("what SIP asked for could not be carried out")
        self._arm()

    def _unsafe(self, error: StoreError, actions: list[Action]) -> None:
        """
        Nothing may be answered that a restart would not remember.
        """
        self.counts["unstored"] += len(actions)
        if not self._complained:
            self._complained = True
            log.critical("SIP answers are held back: {error}", error=str(error))

    def _hold(self, send: SendBytes) -> None:
        """
        Write one message as soon as what it tells of is on the disk.
        """
        safe = self.safe(send.after)
        safe.addCallbacks(lambda _: self._send(send), self._neverSafe, (), {}, (send,))
        safe.addErrback(lambda failure: log.failure("an answer was lost", failure))

    def _neverSafe(self, failure: Failure, send: SendBytes) -> None:
        """
        It did not get there: whoever waits for the answer asks again.
        """
        error = failure.value
        if not isinstance(error, StoreError):
            failure.raiseException()
        else:
            self._unsafe(error, [send])

    def _send(self, send: SendBytes) -> None:
        """
        Write one message; its flow may be gone.
        """
        flow = send.flow
        outlet = self.outlets.get(flow.connection or flow.local)
        if outlet is None:
            self.counts["unsent"] += 1
        else:
            outlet.send(send.data, flow)

    def lost(self, flow: Flow) -> None:
        """
        A stream has ended.
        """
        self.outlets.pop(flow.connection, None)
        self.finish(self.dispatcher.lost(flow, self.now()))

    def perform(self, actions: list[Action]) -> None:
        """
        Carry out the actions of a local agent.
        """
        self.finish(self.dispatcher.perform(actions, self.now()))

    # the alarm

    def _arm(self) -> None:
        """
        Have L{_wake} called at the layer's deadline; an alarm that is early
        enough is left as it is.
        """
        due = self.dispatcher.deadline()
        if due is None or due >= self._due:
            return
        self._due = due
        pause = max(0.0, due - self.now())
        if self._alarm is not None and self._alarm.active():
            self._alarm.reset(pause)
        else:
            self._alarm = self._reactor.callLater(pause, self._wake)

    def _wake(self) -> None:
        """
        Let the layer do what is due.
        """
        self._due = inf
        actions: list[Action] = []
        try:
            actions = self.dispatcher.wake(self.now())
        except Exception:
            self.counts["crashes"] += 1
            log.failure("a SIP timer could not be handled")
        self.finish(actions)

    def stop(self) -> None:
        """
        No more alarms, even for streams that end later.
        """
        self._due = -inf
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()


def _atOnce(number: int) -> Deferred[None]:
    """
    Where nothing is stored, everything is safe.
    """
    return succeed(None)


def _noMedia(action: Any) -> None:
    """
    Before media is there, nobody asks for it.
    """


def _noStun(data: bytes, flow: Flow, now: float) -> bytes | None:
    """
    Where nobody answers STUN, nothing is said.
    """
    return None
