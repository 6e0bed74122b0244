# -*- test-case-name: tests.xmpp.im.test_session -*-
"""
Who is here: each bound stream, what it has said of itself, and what was sent
to it that nobody has confirmed.

All of it is held in memory only, and gone with the stream.

Layer 1 (state).
"""

from __future__ import annotations

from collections import deque

from twisted.words.xish.domish import Element

from gigasetd.xmpp.actions import Peer

MODULO = 1 << 32
"""XEP-0198's counters are 32 bits wide."""


class PendingMessage:
    """
    A message on its way to the streams of one account, kept until one of them
    has it.

    @ivar number: the recipient's account.
    @ivar arrived: when it came.
    @ivar holders: how many streams it was sent to and may still come from.
    @ivar taken: whether one has it.
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
    What XEP-0198 counts for one session.

    @ivar id: by which the session is resumed, C{""} where it cannot be.
    @ivar seen: stanzas that came and were dealt with.
    @ivar acked: stanzas that the client has confirmed.
    @ivar queue: the rest, each with the letter that ends with it, if any.
    @ivar unsent: how many of them, the newest, were not sent over this stream.
    @ivar asked: whether an answer to C{<r/>} is outstanding.
    @ivar most: how long the queue may get.
    @ivar patience: seconds that the session outlives its stream.
    @ivar ends: when a session without a stream is over.
    @ivar watched: whether somebody will look then.
    """

    __slots__ = tuple(
        "acked asked ends id most patience queue seen unsent watched".split()
    )

    def __init__(self, id: str, most: int, patience: float) -> None:
        self.id, self.most, self.patience = id, most, patience
        self.seen = self.acked = self.unsent = 0
        self.queue: deque[tuple[Element, PendingMessage | None]] = deque()
        self.asked = self.watched = False
        self.ends = 0.0


class ClientSession:
    """
    One bound resource.

    @ivar stream: the stream's number, 0 while it has none and may be resumed.
    @ivar phone: whether a handset is at the other end.
    @ivar presence: the last available presence, C{None} before and after.
    @ivar visible: whether others see it as available.
    @ivar eligible: whether messages to the bare address go here.
    @ivar interested: whether it has asked for the roster.
    @ivar versioned: whether it knows roster versions.
    @ivar blocking: whether it has asked for the block list.
    @ivar directed: to whom it has sent presence outside of the roster.
    @ivar spooling: whether more waits for it than it was sent at once.
    @ivar unflushed: letters that the system has not taken, without XEP-0198.
    @ivar after: the change that its last stanza led to.
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
        Go on over this stream.
        """
        self.stream, self.legacy = peer.stream, peer.legacy
        self.secure, self.host = peer.secure, peer.host

    def unconfirmed(self) -> list[tuple[Element, PendingMessage | None]]:
        """
        What was sent, oldest first, and may never have arrived.
        """
        if self.acks is not None:
            return list(self.acks.queue)
        return [(pending.element, pending) for pending in self.unflushed]


class SessionTable:
    """
    @ivar streams: by stream.
    @ivar numbers: by number, then by resource.
    @ivar ids: by the id that resumes them.
    @ivar unbound: who has logged in and not bound a resource, by stream.
    @ivar pending: letters under way that the registry holds, by number and id.
    """

    def __init__(self) -> None:
        self.streams: dict[int, ClientSession] = {}
        self.numbers: dict[str, dict[str, ClientSession]] = {}
        self.ids: dict[str, ClientSession] = {}
        self.unbound: dict[int, Peer] = {}
        self.pending: dict[tuple[str, str], PendingMessage] = {}

    def of(self, number: str) -> list[ClientSession]:
        """
        An account's sessions, in a list of its own.
        """
        return list(self.numbers.get(number, {}).values())

    def add(self, session: ClientSession) -> None:
        """
        Remember one.
        """
        self.streams[session.stream] = session
        self.numbers.setdefault(session.number, {})[session.resource] = session

    def drop(self, session: ClientSession) -> None:
        """
        Forget one; another that has taken its place stays.
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
        Its stream is gone.
        """
        self.streams.pop(session.stream, None)
        session.stream = 0

    def carry(self, session: ClientSession, peer: Peer) -> None:
        """
        A session without a stream gets this one.
        """
        session.carriedBy(peer)
        self.streams[peer.stream] = session

    def find(self, number: str, resource: str) -> ClientSession | None:
        """
        The session of a full address.
        """
        mine = self.numbers.get(number)
        return mine.get(resource) if mine is not None else None

    def eligible(self, number: str) -> list[ClientSession]:
        """
        Where messages to an account's bare address go.
        """
        mine = self.numbers.get(number)
        if mine is None:
            return []
        return [session for session in mine.values() if session.eligible]

    def all(self) -> list[ClientSession]:
        """
        Every session, in a list of its own.
        """
        return [one for mine in self.numbers.values() for one in mine.values()]
