# -*- test-case-name: tests.xmpp.test_executor -*-
"""
Calls the rules, persists what they changed, and performs the actions that they
return.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.words.xish.domish import Element

from gigasetd.errors import StoreError
from gigasetd.xmpp.actions import Action, CloseStream, ForwardStanza, SendStanza
from gigasetd.xmpp.pendingchanges import PendingChanges
from gigasetd.xmpp.stanza.stanza import serialize
from gigasetd.xmpp.stream.flushing import Flusher
from gigasetd.xmpp.stream.streamhost import StreamHost
from gigasetd.xmpp.stream.writer import StreamWriter

if TYPE_CHECKING:
    from gigasetd.xmpp.im.messaging import Messaging

log = Logger()

Route = Callable[[Element], None]

COUNTS = (
    "streams_refused reserve_refused faults expired unread pipelined guessers unsent "
    "unstored flooded unrouted throttled tls_failed crashes"
)


class Executor:
    """
    Calls rules and performs their actions.

    @ivar rules: what decides.
    @ivar now: the clock.
    @ivar reactor: the timers.
    @ivar writers: stream number -> writer, of all connections.
    @ivar flusher: writes what was put in a turn.
    @ivar routes: other domain -> what takes stanzas for it; C{""} stands for
        all domains that are not named.
    @ivar counts: errors and refusals, by name.
    """

    def __init__(
        self,
        rules: Messaging,
        settle: Callable[[], None],
        safe: Callable[[int], Deferred[None]],
        now: Callable[[], float],
        reactor: IReactorTime,
    ) -> None:
        """
        @param settle: persists what a rule has changed; raises L{StoreError}.
        @param safe: fires when a change is on disk.
        """
        self.rules, self.now, self.reactor = rules, now, reactor
        rules.measure(self._crowded)
        self.writers: dict[int, StreamWriter] = {}
        self.routes: dict[str, Route] = {}
        self.counts = dict.fromkeys(COUNTS.split(), 0)
        self.flusher = Flusher(self.counts, reactor)
        self.flush = self.flusher.flush
        self._settle = settle
        self._pending = PendingChanges(safe, self._release, self._neverSafe)
        self._forwards: deque[ForwardStanza] = deque()
        self._alarm: Any = None
        self._due: float | None = None
        self._look: Any = None
        self._own = False  # whether a change that is reported now is our own
        self._last: tuple[Element | None, str] = (None, "")
        self._complained = False
        self._stopped = False

    # streams

    def open(
        self, number: int, host: StreamHost, transport: Any, most: int
    ) -> StreamWriter:
        """
        Make the writer of a new connection.

        @param number: the stream's.
        @param most: bytes that the peer may leave unread.
        """
        writer = StreamWriter(host, transport, most, self.flusher.touched)
        self.writers[number] = writer
        return writer

    def forget(self, number: int) -> None:
        """
        Drop the writer of a connection that is lost.
        """
        writer = self.writers.pop(number, None)
        if writer is not None:
            self.flusher.forget(writer)

    def _crowded(self, number: int) -> bool:
        # Others may not add to what such a client has not read.
        writer = self.writers.get(number)
        return writer is not None and writer.crowded()

    # rules

    def ask(self, rule: Callable[..., list[Action]], *facts: Any) -> bool:
        """
        Call a rule and perform its actions.

        @return: whether it succeeded and its changes are persisted.
        """
        try:
            actions = rule(*facts)
        except Exception:
            self.counts["crashes"] += 1
            log.failure("a stanza could not be handled")
            return False
        return self.finish(actions)

    def perform(self, actions: list[Action]) -> None:
        """
        Perform actions that no stream has led to, and flush.
        """
        self.finish(actions)
        self.flush()

    def finish(self, actions: list[Action]) -> bool:
        """
        Persist what has changed, then perform the actions; what they send
        leaves with the next flush.

        @return: whether the changes could be persisted.
        """
        self._own = True
        try:
            self._settle()
            self._complained = False
        except StoreError as error:
            self._unsafe(error, len(actions))
            return False
        finally:
            self._own = False
        for action in actions:
            if type(action) is SendStanza:
                self._send(action)
            elif type(action) is CloseStream:
                self._close(action)
            elif type(action) is ForwardStanza:
                self._forward(action)
        if self.rules.deadline != self._due:
            self._arm()
        return True

    def _unsafe(self, error: StoreError, count: int) -> None:
        # Nothing may be answered that a restart would not remember.
        self.counts["unstored"] += count
        if not self._complained:
            self._complained = True
            log.critical(
                "XMPP clients get no answer, since changes cannot be stored: {error}",
                error=str(error),
            )

    # actions

    def _send(self, send: SendStanza) -> None:
        writer = self.writers.get(send.stream)
        if writer is None or writer.ended:
            self.counts["unsent"] += 1
            return
        element = send.element
        last, text = self._last
        if element is not last:
            # What goes to many streams is serialized once.
            text = serialize(element)
            self._last = element, text
        writer.put(text, self._pending.hold(send.after))

    def _close(self, close: CloseStream) -> None:
        writer = self.writers.get(close.stream)
        if writer is None:
            return
        host = writer.host

        def end() -> None:
            host.close(close.condition, close.text, close.detail)

        writer.then(end, self._pending.hold(close.after))

    def _forward(self, forward: ForwardStanza) -> None:
        # In the next turn: its answer may come at once and lead to another.
        self._forwards.append(forward)
        if len(self._forwards) == 1:
            self.reactor.callLater(0, self._deliver)

    def _deliver(self) -> None:
        forwards, self._forwards = self._forwards, deque()
        for domain, element in forwards:
            route = self.routes.get(domain) or self.routes.get("")
            if route is None:
                self.counts["unrouted"] += 1
                continue
            try:
                route(element)
            except Exception:
                self.counts["crashes"] += 1
                log.failure("a stanza could not be forwarded")
        self.flush()

    # changes on disk

    def _release(self, done: int) -> None:
        for writer in list(self.writers.values()):
            writer.release(done)
        self.flush()

    def _neverSafe(self, error: StoreError, change: int) -> None:
        # A client that waits for it must not believe that it was done.
        self._unsafe(error, 1)
        for writer in list(self.writers.values()):
            if writer.holds(change):
                writer.host.close("internal-server-error")
        self.flush()

    # time, and changes by others

    def _arm(self) -> None:
        # Have _wake called at the rules' deadline.
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        due = self._due = self.rules.deadline
        if due is not None and not self._stopped:
            pause = max(0.0, due - self.now())
            self._alarm = self.reactor.callLater(pause, self._wake)

    def _wake(self) -> None:
        self._alarm = self._due = None
        self.ask(self.rules.wake, self.now())
        self.flush()

    def changed(self, old: object, new: object) -> None:
        """
        Have the rules look, in the next turn, at what others have changed in
        the registry.
        """
        if not self._own and self._look is None and not self._stopped:
            self._look = self.reactor.callLater(0, self._follow)

    def _follow(self) -> None:
        self._look = None
        self.ask(self.rules.changed, self.now())
        self.flush()

    def stop(self) -> None:
        """
        Cancel all timers.
        """
        self._stopped = True
        for timer in (self._alarm, self._look):
            if timer is not None:
                timer.cancel()
        self._alarm = self._look = None
        self.flusher.stop()
