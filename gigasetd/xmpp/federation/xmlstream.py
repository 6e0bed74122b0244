# -*- test-case-name: tests.xmpp.federation.test_component -*-
"""
wokkel's and Twisted's XML stream, hardened: between us and a component, or
between us and the server whose component we are.

What is theirs is how such a stream begins.  Replaced are the parser (without
limits, and with all that RFC 6120 forbids), the serializer (which forgets
prefixes and escapes no namespace), the log of everything that passes, and the
patience without end.

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

COUNTS = "attached detached refused faults expired unread forged away crossed".split()


class ComponentContext(NamedTuple):
    """
    What such a stream may cost.
    """

    reactor: Any
    before: XmlLimits  #: until it is attached
    after: XmlLimits
    unread: int  #: bytes that the other side may leave unread
    patience: int  #: seconds until it is attached
    keepalive: int  #: seconds between two blanks
    counts: dict[str, int]


def termsOf(
    section: XmppSection, reactor: Any, counts: dict[str, int]
) -> ComponentContext:
    """
    The same limits as for clients.
    """
    after = XmlLimits(
        section.max_stanza,
        section.max_depth,
        section.max_elements,
        section.max_attributes,
        names=section.max_names,
    )
    return ComponentContext(
        reactor,
        after._replace(stanza=section.max_login_stanza),
        after,
        section.max_unread,
        section.login_timeout,
        section.keepalive,
        counts,
    )


def _nobody(element: Element) -> None:
    pass


class ComponentStream(XmlStream):
    """
    @ivar taker: takes the stanzas once it is attached.
    @ivar content: the default namespace of the other side's header.
    """

    transport: Any
    stream: Any
    sid: Any
    thisEntity: Any
    otherEntity: Any
    namespace: str = ACCEPT

    def __init__(self, authenticator: Any, terms: ComponentContext) -> None:
        super().__init__(authenticator)
        self._terms = terms
        self.taker: Callable[[Element], None] = _nobody
        self.content = ""
        self.attached = self._over = False

    # what the transport tells

    def connectionMade(self) -> None:
        """
        The connection is there.
        """
        self.transport.setTcpKeepAlive(True)
        self.transport.setTcpNoDelay(True)
        terms = self._terms
        self._buffer = WriteBuffer(self.transport, terms.unread)
        self._alarm = terms.reactor.callLater(terms.patience, self._expire)
        super().connectionMade()

    def _initializeStream(self) -> None:
        self.stream = XmlParser(self._terms.before)

    def dataReceived(self, data: bytes) -> None:
        """
        Read on.
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
            self._terms.counts["faults"] += 1
            self.fail(event.condition, event.text)
        elif self.attached and event.name in NAMES and event.uri == ACCEPT:
            self.taker(rescoped(event))
        else:
            self.dispatch(event)

    def connectionLost(self, reason: Failure = Failure(Exception())) -> None:
        """
        The connection is gone.
        """
        self._over = True
        self._quiet()
        super().connectionLost(reason)

    # what is sent

    def send(self, obj: Any) -> None:
        """
        Send an element by our serializer, or text as it is; a peer that never
        reads is cut off.
        """
        text = serialize(obj, ACCEPT) if isinstance(obj, Element) else obj
        self._buffer.append(text)
        self._buffer.flush()
        if self._buffer.overfull():
            self._terms.counts["unread"] += 1
            self._over = True
            self.transport.abortConnection()

    def sendHeader(self) -> None:
        """
        Send our own header, with nothing of the other side's in it.
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
        As L{fail}, for Twisted's own code.
        """
        self.fail(str(streamError.condition))

    def fail(self, condition: str, text: str = "") -> None:
        """
        End with an error.
        """
        if not self._over:
            if not self._headerSent:
                self.sendHeader()
            self.send(error(condition, text))
            self._leave()

    def close(self) -> None:
        """
        End in good order.
        """
        if not self._over:
            if self._headerSent:
                self.send(END)
            self._leave()

    def _leave(self) -> None:
        self._over = True
        self._quiet()
        self.transport.loseConnection()
        # One that does not read the end is cut off.
        self._alarm = self._terms.reactor.callLater(
            self._terms.patience, self.transport.abortConnection
        )

    # time

    def admit(self, taker: Callable[[Element], None]) -> None:
        """
        It is attached.
        """
        self.attached, self.taker = True, taker
        self.stream.limits = self._terms.after
        self._terms.counts["attached"] += 1
        self._quiet()
        self._wait()

    def _wait(self) -> None:
        terms = self._terms
        self._alarm = terms.reactor.callLater(terms.keepalive, self._poke)

    def _poke(self) -> None:
        # TCP finds a dead connection only by data.
        self.send(" ")
        self._wait()

    def _expire(self) -> None:
        self._terms.counts["expired"] += 1
        self.fail("connection-timeout")

    def _quiet(self) -> None:
        if self._alarm.active():
            self._alarm.cancel()
