# -*- test-case-name: tests.sip.test_transportlayer -*-
"""
The transport layer: hands messages to the dispatcher, carries out actions,
wakes the dispatcher at its deadline.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, NamedTuple, Protocol

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from gigasetd.errors import StoreError
from gigasetd.sip.actions import Action, Flow, SendBytes
from gigasetd.sip.allowance import Allowances
from gigasetd.sip.dispatcher import SipDispatcher

log = Logger()


class Outlet(Protocol):
    """
    A socket that messages are written to.
    """

    def send(self, data: bytes, flow: Flow) -> None:
        """
        Write one message; drop and count it where that is not possible.
        """


class TransportRules(NamedTuple):
    """
    What the sockets of SIP hand to rules.
    """

    dispatcher: SipDispatcher
    allowances: Allowances
    #: answers a STUN request, C{None} for no answer
    stun: Callable[[bytes, Flow, float], bytes | None]


class Transports:
    """
    What the sockets of SIP share.

    @ivar outlets: listener -> outlet for datagrams, stream number -> outlet.
    @ivar counts: event -> how often it happened.
    """

    def __init__(
        self,
        rules: TransportRules,
        media: Callable[[Any], None],
        settle: Callable[[], None],
        safe: Callable[[int], Deferred[None]],
        now: Callable[[], float],
        reactor: IReactorTime,
    ) -> None:
        """
        @param media: carries out the actions on media.
        @param settle: notifies the registry's listeners, and spools changes.
        @param safe: returns a Deferred that fires when a change is on the disk.
        """
        self.dispatcher, self.allowances, self.stun = rules
        self.now = now
        self.outlets: dict[str | int, Outlet] = {}
        self.media = media
        self.safe = safe
        self.counts = {
            "datagrams": 0,
            "pings": 0,
            "unsent": 0,
            "unstored": 0,
            "crashes": 0,
            "streams_refused": 0,
            "streams_slow": 0,
            "streams_unproven": 0,
            "reserve_refused": 0,
        }
        self._settle = settle
        self._reactor = reactor
        self._alarm: Any = None
        self._due = inf  # when the alarm is to ring
        self._alerted = False

    def receive(self, data: bytes, flow: Flow, now: float, out: list[Action]) -> bool:
        """
        Hand one message to the dispatcher.

        @param out: the actions are appended to it.
        @return: whether it was a message, and the peer may send one.
        """
        counts = self.dispatcher.counts
        try:
            if self.allowances.admits(flow, now):
                before = counts["malformed"]
                out += self.dispatcher.receive(data, flow, now)
                if counts["malformed"] == before:
                    return True
                # A parser sees at once what has no start line.
                self.allowances.junk(flow, now, costly=b"SIP/" in data)
        except Exception:
            # A fault of ours, whatever the peer sent: go on with the next message.
            self.counts["crashes"] += 1
            log.failure("a SIP message could not be handled")
        return False

    def reflect(self, data: bytes, flow: Flow, now: float) -> bytes | None:
        """
        Return the answer to a STUN request, C{None} for no answer.
        """
        try:
            return self.stun(data, flow, now)
        except Exception:
            self.counts["crashes"] += 1
            log.failure("a STUN message could not be handled")
            return None

    def finish(self, actions: list[Action]) -> None:
        """
        Make changes safe, then carry out the actions.
        """
        try:
            self._settle()
            self._alerted = False
            for action in actions:
                if type(action) is not SendBytes:
                    self.media(action)
                elif action.after:
                    self._hold(action)
                else:
                    self._send(action)
        except StoreError as error:
            self._discard(error, actions)
        except Exception:
            # The reactor drops a reader that raises.
            self.counts["crashes"] += 1
            log.failure("SIP actions could not be carried out")
        self._arm()

    def _discard(self, error: StoreError, actions: list[Action]) -> None:
        # What a restart would have forgotten is not answered.
        self.counts["unstored"] += len(actions)
        if not self._alerted:
            self._alerted = True
            log.critical(
                "SIP requests get no answer, since changes cannot be stored: {error}",
                error=str(error),
            )

    def _hold(self, send: SendBytes) -> None:
        # Written as soon as its change is on the disk.
        safe = self.safe(send.after)
        safe.addCallbacks(
            lambda _: self._send(send), self._failedToStore, (), {}, (send,)
        )
        safe.addErrback(lambda failure: log.failure("an answer was lost", failure))

    def _failedToStore(self, failure: Failure, send: SendBytes) -> None:
        # The phone repeats its request.
        error = failure.value
        if not isinstance(error, StoreError):
            failure.raiseException()
        else:
            self._discard(error, [send])

    def _send(self, send: SendBytes) -> None:
        flow = send.flow
        outlet = self.outlets.get(flow.connection or flow.local)
        if outlet is None:
            self.counts["unsent"] += 1
        else:
            outlet.send(send.data, flow)

    def lost(self, flow: Flow) -> None:
        """
        Report the end of a stream to the dispatcher.
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
        # An alarm that is early enough is left as it is.
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
        Set no more alarms, even for streams that end later.
        """
        self._due = -inf
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
