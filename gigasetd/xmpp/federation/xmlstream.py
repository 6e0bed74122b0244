# -*- test-case-name: tests.xmpp.federation.test_component -*-
"""
Twisted's and wokkel's XML stream, hardened: for components that connect to us,
and for our connection to an upstream server.

The negotiation is theirs.  Replaced are the parser (it has no limits, and accepts
what RFC 6120 forbids), the serializer (it forgets prefixes and escapes no
namespace), the log of every stanza, and the missing timeouts.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from twisted.python.failure import Failure
from twisted.words.protocols.jabber.error import StreamError
from twisted.words.protocols.jabber.xmlstream import XmlStream
from twisted.words.xish.domish import Element

from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.xmpp.federation.addresses import ACCEPT, NAMES, rescoped
from gigasetd.xmpp.reload import limitsAfter, limitsBefore
from gigasetd.xmpp.stanza.parser import (
    Event,
    StreamClosed,
    StreamFault,
    StreamOpened,
    XmlLimits,
    XmlParser,
)
from gigasetd.xmpp.stanza.stanza import escapeAttribute, serialize
from gigasetd.xmpp.stream.header import END, STREAM, error
from gigasetd.xmpp.stream.writer import WriteBuffer

COUNTS = (
    "attached detached refused reserve_refused faults expired unread forged away "
    "crossed"
).split()


class ComponentContext(NamedTuple):
    """
    What all such streams share: reactor, limits, counts.
    """

    reactor: Any
    before: XmlLimits  #: before the handshake
    after: XmlLimits  #: after it
    unread: int  #: bytes that the peer may leave unread
    patience: int  #: seconds for the handshake
    keepalive: int  #: seconds between two keepalives
    counts: dict[str, int]


def contextOf(
    section: XmppSection, reactor: Any, counts: dict[str, int]
) -> ComponentContext:
    """
    Use the limits of client streams.
    """
    return ComponentContext(
        reactor,
        limitsBefore(section),
        limitsAfter(section),
        section.max_unread,
        section.login_timeout,
        section.keepalive,
        counts,
    )


def _ignore(element: Element) -> None:
    pass


class ComponentStream(XmlStream):
    """
    The stream of a component, on either side.

    @ivar taker: called with each stanza after the handshake.
    @ivar content: the default namespace of the peer's header.
    @ivar attached: whether the handshake is done.
    """

    transport: Any
    stream: Any
    sid: Any
    thisEntity: Any
    otherEntity: Any
    namespace: str = ACCEPT

    def __init__(self, authenticator: Any, context: ComponentContext) -> None:
        super().__init__(authenticator)
        self._context = context
        self.taker: Callable[[Element], None] = _ignore
        self.content = ""
        self.attached = self._over = False

    # Twisted's Protocol

    def connectionMade(self) -> None:
        """
        Begin the stream, and its timeout.
        """
        self.transport.setTcpKeepAlive(True)
        self.transport.setTcpNoDelay(True)
        context = self._context
        self._buffer = WriteBuffer(self.transport, context.unread)
        self._alarm = context.reactor.callLater(context.patience, self._expire)
        super().connectionMade()

    def _initializeStream(self) -> None:
        self.stream = XmlParser(self._context.before)

    def dataReceived(self, data: bytes) -> None:
        """
        Parse what has arrived.
        """
        if not self._over:
            for event in self.stream.feed(data):
                self._take(event)
                if self._over:
                    break

    def _take(self, event: Event) -> None:
        if isinstance(event, StreamOpened):
            self.content = event.content
            self.onDocumentStart(event.element)
        elif isinstance(event, StreamClosed):
            self.close()
        elif isinstance(event, StreamFault):
            self._context.counts["faults"] += 1
            self.fail(event.condition, event.text)
        elif self.attached and event.name in NAMES and event.uri == ACCEPT:
            self.taker(rescoped(event))
        else:
            self.dispatch(event)

    def connectionLost(self, reason: Failure = Failure(Exception())) -> None:
        """
        Stop the timers, report the end, and let go of all parts.
        """
        self._over = True
        self._quiet()
        parser = self.stream
        super().connectionLost(reason)
        parser.close()
        # They refer to this stream: it would stay until the next full garbage
        # collection, which is hours away.
        self._eventObservers.clear()
        self._xpathObservers.clear()
        self.initializers.clear()
        self.authenticator, self.taker = None, _ignore

    # output

    def send(self, obj: Any) -> None:
        """
        Send an element, or text as it is.

        A peer that leaves too much unread is cut off.
        """
        text = serialize(obj, ACCEPT) if isinstance(obj, Element) else obj
        self._buffer.append(text)
        self._buffer.flush()
        if self._buffer.overfull():
            self._context.counts["unread"] += 1
            self._over = True
            self.transport.abortConnection()

    def sendHeader(self) -> None:
        """
        Send our header; it repeats nothing of the peer's.
        """
        side = "to" if self.initiating else "from"
        entity = self.otherEntity if self.initiating else self.thisEntity
        named = f" {side}='{escapeAttribute(entity.full())}'" if entity else ""
        id = f" id='{escapeAttribute(self.sid)}'" if self.sid else ""
        self.send(
            f"<?xml version='1.0'?><stream:stream xmlns='{ACCEPT}'"
            f" xmlns:stream='{STREAM}'{named}{'' if self.initiating else id}>"
        )
        self._headerSent = True

    def sendStreamError(self, streamError: StreamError) -> None:
        """
        Do as L{fail}; Twisted's own code calls it.
        """
        self.fail(str(streamError.condition))

    def fail(self, condition: str, text: str = "") -> None:
        """
        End the stream with an error.
        """
        if not self._over:
            if not self._headerSent:
                self.sendHeader()
            self.send(error(condition, text))
            self._leave()

    def close(self) -> None:
        """
        End the stream in good order.
        """
        if not self._over:
            if self._headerSent:
                self.send(END)
            self._leave()

    def _leave(self) -> None:
        self._over = True
        self._quiet()
        self.transport.loseConnection()
        # A peer that does not read the end is cut off.
        self._alarm = self._context.reactor.callLater(
            self._context.patience, self.transport.abortConnection
        )

    # timers

    def admit(self, taker: Callable[[Element], None]) -> None:
        """
        Go on after the handshake.

        @param taker: called with each stanza.
        """
        self.attached, self.taker = True, taker
        self.stream.limits = self._context.after
        self._context.counts["attached"] += 1
        self._quiet()
        self._wait()

    def _wait(self) -> None:
        context = self._context
        self._alarm = context.reactor.callLater(context.keepalive, self._poke)

    def _poke(self) -> None:
        # TCP finds a dead connection only by data.
        self.send(" ")
        self._wait()

    def _expire(self) -> None:
        self._context.counts["expired"] += 1
        self.fail("connection-timeout")

    def _quiet(self) -> None:
        if self._alarm.active():
            self._alarm.cancel()
