# -*- test-case-name: tests.xmpp.im.test_session -*-
"""
The sessions: bound resources, their presence, and what was sent to them and is
not confirmed yet.

They are in memory only.

Layer 1 (state).
"""

from __future__ import annotations

from collections import deque

from twisted.words.xish.domish import Element

from gigasetd.xmpp.actions import Peer

MODULO = 1 << 32
"""The counters of XEP-0198 have 32 bits."""


class PendingMessage:
    """
    A message on its way to the sessions of an account, until one has received
    it.

    @ivar number: the recipient's number.
    @ivar arrived: when it came, epoch seconds.
    @ivar holders: to how many streams it was sent that have not confirmed it.
    @ivar taken: whether a client has received it.
    @ivar held: its id in the registry, C{""} while it is in memory only.
    """

    __slots__ = ("arrived", "element", "held", "holders", "number", "taken")

    def __init__(
        self, number: str, element: Element, arrived: float, held: str = ""
    ) -> None:
        self.number, self.element = number, element
        self.arrived, self.held = arrived, held
        self.holders, self.taken = 0, False


class AckState:
    """
    The state of stream management in one session (XEP-0198).

    @ivar id: resumes the session, C{""} where it cannot be resumed.
    @ivar seen: stanzas that were received and handled.
    @ivar acked: sent stanzas that the client has confirmed.
    @ivar queue: the unconfirmed stanzas, each with the message whose last piece
        it is, if any.
    @ivar unsent: how many of them, the newest, were not sent over this stream.
    @ivar requested: whether an answer to C{<r/>} is outstanding.
    @ivar most: stanzas that may be in the queue.
    @ivar patience: seconds that the session outlives its stream.
    @ivar ends: when a session without a stream ends, epoch seconds.
    @ivar watched: whether that is in the queue of L{SessionEnd}.
    """

    __slots__ = tuple(
        "acked ends id most patience queue requested seen unsent watched".split()
    )

    def __init__(self, id: str, most: int, patience: float) -> None:
        self.id, self.most, self.patience = id, most, patience
        self.seen = self.acked = self.unsent = 0
        self.queue: deque[tuple[Element, PendingMessage | None]] = deque()
        self.requested = self.watched = False
        self.ends = 0.0


class ClientSession:
    """
    A bound resource.

    @ivar stream: the stream's number, 0 while there is none and the session may
        be resumed.
    @ivar phone: whether the client is a handset.
    @ivar presence: the last available presence, C{None} while unavailable.
    @ivar visible: whether others see it as available.
    @ivar eligible: whether it gets messages to the bare address.
    @ivar interested: whether it has requested the roster.
    @ivar versioned: whether it supports roster versions.
    @ivar blocking: whether it has requested the block list.
    @ivar directed: the addresses outside of the roster that it has sent
        presence to.
    @ivar spooling: whether more offline messages wait than were sent at once.
    @ivar unflushed: messages that the system has not taken, without XEP-0198.
    @ivar after: the registry change that its last stanza has led to.
    """

    __slots__ = tuple(
        "number stream resource bare full legacy phone secure host since presence "
        "priority visible eligible interested versioned blocking carbons directed "
        "acks spooling unflushed after".split()
    )

    def __init__(
        self, peer: Peer, resource: str, domain: str, phone: bool, now: float
    ) -> None:
        self.number, self.resource, self.phone = peer.number, resource, phone
        self.bare = f"{peer.number}@{domain}"
        self.full = f"{self.bare}/{resource}"
        self.since = now
        self.presence: Element | None = None
        self.priority = self.after = 0
        self.visible = self.eligible = self.spooling = False
        self.interested = self.versioned = self.blocking = self.carbons = False
        self.directed: dict[str, None] = {}
        self.acks: AckState | None = None
        self.unflushed: list[PendingMessage] = []
        self.carriedBy(peer)

    def carriedBy(self, peer: Peer) -> None:
        """
        Continue over another stream.
        """
        self.stream, self.legacy = peer.stream, peer.legacy
        self.secure, self.host = peer.secure, peer.host

    def unconfirmed(self) -> list[tuple[Element, PendingMessage | None]]:
        """
        List what was sent and may not have arrived, oldest first.
        """
        if self.acks is not None:
            return list(self.acks.queue)
        return [(pending.element, pending) for pending in self.unflushed]


class SessionTable:
    """
    All sessions.

    @ivar streams: stream number -> session.
    @ivar numbers: account number -> resource -> session.
    @ivar ids: id of XEP-0198 -> session.
    @ivar unbound: stream number -> client without a resource.
    @ivar pending: messages on their way that are in the registry too, by number
        and id.
    """

    def __init__(self) -> None:
        self.streams: dict[int, ClientSession] = {}
        self.numbers: dict[str, dict[str, ClientSession]] = {}
        self.ids: dict[str, ClientSession] = {}
        self.unbound: dict[int, Peer] = {}
        self.pending: dict[tuple[str, str], PendingMessage] = {}

    def of(self, number: str) -> list[ClientSession]:
        """
        List an account's sessions; the list is a copy.
        """
        return list(self.numbers.get(number, {}).values())

    def add(self, session: ClientSession) -> None:
        """
        Add a session.
        """
        self.streams[session.stream] = session
        self.numbers.setdefault(session.number, {})[session.resource] = session

    def drop(self, session: ClientSession) -> None:
        """
        Remove a session; another that has its resource now stays.
        """
        self.release(session)
        if session.acks is not None:
            self.ids.pop(session.acks.id, None)
        mine = self.numbers.get(session.number, {})
        if mine.get(session.resource) is session:
            del mine[session.resource]
            if not mine:
                del self.numbers[session.number]

    def release(self, session: ClientSession) -> None:
        """
        Detach a session from its stream.
        """
        self.streams.pop(session.stream, None)
        session.stream = 0

    def carry(self, session: ClientSession, peer: Peer) -> None:
        """
        Attach a session to another stream.
        """
        session.carriedBy(peer)
        self.streams[peer.stream] = session

    def find(self, number: str, resource: str) -> ClientSession | None:
        """
        Find the session of a full address.
        """
        mine = self.numbers.get(number)
        return mine.get(resource) if mine is not None else None

    def eligible(self, number: str) -> list[ClientSession]:
        """
        List the sessions that get messages to an account's bare address.
        """
        mine = self.numbers.get(number)
        if mine is None:
            return []
        return [session for session in mine.values() if session.eligible]

    def all(self) -> list[ClientSession]:
        """
        List every session; the list is a copy.
        """
        resources = self.numbers.values()
        return [session for mine in resources for session in mine.values()]
