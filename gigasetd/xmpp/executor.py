# -*- test-case-name: tests.xmpp.test_executor -*-
"""
Between the rules and the streams: asks the rules, makes safe what they have
changed, and carries out what they want.

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
from gigasetd.xmpp.actions import Action, Close, Forward, Send
from gigasetd.xmpp.durability import Awaited
from gigasetd.xmpp.stanza.stanza import serialize
from gigasetd.xmpp.stream.flushing import Writers
from gigasetd.xmpp.stream.state import State

if TYPE_CHECKING:
    from gigasetd.xmpp.im.server import Messaging
    from gigasetd.xmpp.stream.stream import Stream

log = Logger()

Route = Callable[[Element], None]

COUNTS = (
    "streams_refused faults expired unread pipelined guessers unsent unstored "
    "unrouted throttled tls_failed crashes"
)


class Desk:
    """
    @ivar rules: what decides.
    @ivar streams: by number.
    @ivar routes: other domain -> what takes stanzas for it; C{""} stands for
        all that are not named.
    @ivar writers: who was written to.
    @ivar counts: what went wrong.
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
        @param settle: makes what a rule has changed safe.
        @param safe: tells when a change is on the disk.
        """
        self.rules, self.now = rules, now
        rules.measure(self._crowded)
        self.streams: dict[int, Stream] = {}
        self.routes: dict[str, Route] = {}
        self.counts = dict.fromkeys(COUNTS.split(), 0)
        self.writers = Writers(self._flushed, self.counts, reactor)
        self._settle, self._reactor = settle, reactor
        self._awaited = Awaited(safe, self._release, self._neverSafe)
        self._parcels: deque[Forward] = deque()
        self._alarm: Any = None
        self._due: float | None = None
        self._news: Any = None
        self._ours = False  # whether what is told now is our own doing
        self._last: tuple[Element | None, str] = (None, "")
        self._complained = False
        self._stopped = False

    # asking

    def ask(self, rule: Callable[..., list[Action]], *facts: Any) -> bool:
        """
        Have a rule decide, and carry it out.

        @return: whether it could.
        """
        try:
            actions = rule(*facts)
        except Exception:
            self.counts["crashes"] += 1
            log.failure("a stanza could not be handled")
            return False
        return self.finish(actions)

    def tell(self, actions: list[Action]) -> None:
        """
        Carry out what came about outside of any stream, and out with it.
        """
        self.finish(actions)
        self.flush()

    def flush(self) -> None:
        """
        Write all that has come together.
        """
        self.writers.flush()

    def finish(self, actions: list[Action]) -> bool:
        """
        Make what has changed safe, then carry out the actions; they leave
        with the next flush.

        @return: whether it could be made safe.
        """
        self._ours = True
        try:
            self._settle()
            self._complained = False
        except StoreError as error:
            self._unsafe(error, len(actions))
            return False
        finally:
            self._ours = False
        for action in actions:
            if type(action) is Send:
                self._send(action)
            elif type(action) is Close:
                self._close(action)
            elif type(action) is Forward:
                self._forward(action)
        if self.rules.deadline != self._due:
            self._arm()
        return True

    def _unsafe(self, error: StoreError, count: int) -> None:
        """
        Nothing may be answered that a restart would not remember.
        """
        self.counts["unstored"] += count
        if not self._complained:
            self._complained = True
            log.critical("XMPP answers are held back: {error}", error=str(error))

    def _crowded(self, number: int) -> bool:
        """
        Whether a client has left so much unread that others may not add to it.
        """
        stream = self.streams.get(number)
        return stream is not None and stream.outlet.crowded()

    def _flushed(self, stream: Stream) -> None:
        """
        The system has all that was written to a stream.
        """
        if stream.account:
            self.ask(self.rules.flushed, stream.number, self.now())
            stream.drained()

    # carrying out

    def _send(self, send: Send) -> None:
        """
        Write one element; its stream may be gone.
        """
        stream = self.streams.get(send.stream)
        if stream is None or stream.state is State.CLOSING:
            self.counts["unsent"] += 1
            return
        element = send.element
        last, text = self._last
        if element is not last:
            text = serialize(element)
            self._last = element, text
        self.writers.put(stream, text, self._awaited.hold(send.after))
        if stream.state is State.BIND and _binds(element):
            stream.bound(self.now())

    def _close(self, close: Close) -> None:
        """
        End one stream, after what was sent before.
        """
        stream = self.streams.get(close.stream)
        if stream is None:
            return

        def end() -> None:
            if close.condition:
                stream.fail(close.condition, close.text, close.detail)
            else:
                stream.finish()

        stream.outlet.put(end, self._awaited.hold(close.after))

    def _forward(self, forward: Forward) -> None:
        """
        Hand a stanza on in the next turn: whoever takes it may answer at
        once, and the answer lead to another.
        """
        self._parcels.append(forward)
        if len(self._parcels) == 1:
            self._reactor.callLater(0, self._deliver)

    def _deliver(self) -> None:
        """
        Hand on what there is now; what that leads to goes in the next turn.
        """
        parcels, self._parcels = self._parcels, deque()
        for domain, element in parcels:
            route = self.routes.get(domain) or self.routes.get("")
            if route is None:
                self.counts["unrouted"] += 1
                continue
            try:
                route(element)
            except Exception:
                self.counts["crashes"] += 1
                log.failure("a stanza could not be handed on")
        self.writers.flush()

    # holding back

    def _release(self, done: int) -> None:
        """
        Changes up to C{done} are on the disk.
        """
        for stream in list(self.streams.values()):
            if stream.outlet.release(done):
                self.writers.touch(stream)
        self.writers.flush()

    def _neverSafe(self, error: StoreError, number: int) -> None:
        """
        A change did not get there: whoever waits for it is sent away, so that
        he does not take it for done.
        """
        self._unsafe(error, 1)
        for stream in list(self.streams.values()):
            if stream.outlet.holds(number):
                stream.fail("internal-server-error")
        self.writers.flush()

    # time, and what others do

    def _arm(self) -> None:
        """
        Have L{_wake} called at the rules' deadline.
        """
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        due = self._due = self.rules.deadline
        if due is not None and not self._stopped:
            pause = max(0.0, due - self.now())
            self._alarm = self._reactor.callLater(pause, self._wake)

    def _wake(self) -> None:
        """
        Let the rules do what is due.
        """
        self._alarm = self._due = None
        self.ask(self.rules.wake, self.now())
        self.writers.flush()

    def changed(self, old: object, new: object) -> None:
        """
        Something in the registry has changed; what others did is looked at
        in the next turn.
        """
        if not self._ours and self._news is None and not self._stopped:
            self._news = self._reactor.callLater(0, self._look)

    def _look(self) -> None:
        """
        Let the rules follow what others did.
        """
        self._news = None
        self.ask(self.rules.news, self.now())
        self.writers.flush()

    def stop(self) -> None:
        """
        No more alarms.
        """
        self._stopped = True
        for timer in (self._alarm, self._news):
            if timer is not None:
                timer.cancel()
        self._alarm = self._news = None
        self.writers.stop()


def _binds(element: Element) -> bool:
    """
    Whether an answer gives a stream its resource, or a session to resume.
    """
    if element.name == "iq":
        return bool(element.attributes.get("type") == "result")
    return bool(element.name == "resumed")
