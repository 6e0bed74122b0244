# -*- test-case-name: tests.sip.echo.test_useragent -*-
"""
What one echo call and its peer have agreed to say, offer by offer
(RFC 3264 sections 5 to 8).

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.errors import BadValue
from gigasetd.sip.actions import Media
from gigasetd.sip.echo.sdp import Session, Stream, parse
from gigasetd.sip.echo.sdpanswer import answer, encode, offer
from gigasetd.sip.message.message import Message, Request

TYPE = "application/sdp"
CONTENT = f"Content-Type: {TYPE}"


class Declined(Exception):
    """
    A request that is answered with an error.

    @ivar code: the status code.
    @ivar headers: header lines that tell more.
    """

    def __init__(self, code: int, *headers: str) -> None:
        super().__init__(code)
        self.code = code
        self.headers = headers


def descriptionOf(message: Message) -> Session | None:
    """
    The description in a message's body, C{None} when it has no body.

    @raise Declined: 415 for another kind of body, 400 for a broken one.
    """
    if not message.body:
        return None
    coding = message.get("content-encoding")
    if coding and coding.lower() != "identity":
        raise Declined(415, "Accept-Encoding: identity", f"Accept: {TYPE}")
    kind = (message.get("content-type") or "").partition(";")[0]
    if kind.strip(" \t").lower() != TYPE:
        raise Declined(415, f"Accept: {TYPE}")
    try:
        return parse(message.body)
    except BadValue:
        raise Declined(400) from None


def checkAccept(request: Request) -> None:
    """
    Whoever says what it accepts has to accept a description.

    @raise Declined: it does not (406).
    """
    accepted = [value.lower() for value in request.all("accept")]
    if accepted and not any(
        kind in value for value in accepted for kind in (TYPE, "application/*", "*/*")
    ):
        raise Declined(406, f"Accept: {TYPE}")


class Negotiation:
    """
    @ivar direction: what the peer does: "sendrecv" while it talks.
    """

    def __init__(self, identity: int, reflects: bool = True) -> None:
        """
        @param identity: the number of our session in o= lines.
        @param reflects: whether the peer is to hear itself.
        """
        self._reflects = reflects
        self.direction = "sendrecv"
        self._identity = identity
        self._version = 0
        self._text = ""
        self._index = 0
        self._offer: Session | None = None
        self._said: Session | None = None
        self._theirs: Stream | None = None

    @property
    def asking(self) -> bool:
        """
        Whether our own offer waits for its answer.
        """
        return self._offer is None

    def take(self, session: Session | None) -> None:
        """
        Take the peer's offer, or its wish that we make one; a refused offer
        changes nothing.

        @raise Declined: there is nothing in it that could be echoed (488).
        """
        if session is None:
            self._offer = None
            return
        index = session.chosen()
        if index is None:
            raise Declined(488, 'Warning: 305 echo "Only plain PCMA, PCMU, G722"')
        self._offer, self._index = session, index
        self._hear(session.streams[index])

    def speak(self, host: str, port: int) -> str:
        """
        Our answer, or our offer where the peer made none.
        """
        if self._offer is None:
            self._said = offer(self._said, self._index, port, host)
        else:
            self._said = answer(self._offer, self._index, port, host)
        text = encode(self._said, host, self._identity, self._version)
        if text != self._text:
            self._version += 1
            text = encode(self._said, host, self._identity, self._version)
        self._text = text
        return text

    def answered(self, session: Session | None) -> None:
        """
        The peer's answer to our offer.

        @raise Declined: it refuses the audio, or gives no answer.
        """
        if session is None or len(session.streams) <= self._index:
            raise Declined(488)
        if not session.streams[self._index].usable:
            raise Declined(488)
        self._offer = session
        self._hear(session.streams[self._index])

    def _hear(self, stream: Stream) -> None:
        """
        Remember where the peer listens and what it does.
        """
        self._theirs = stream
        self.direction = stream.direction

    def media(self, call: str, peer: str) -> Media:
        """
        What the sockets have to know.

        @param peer: the address that the signalling comes from.
        """
        stream = self._theirs
        if stream is None:
            return Media(call, "", 0, (), False, peer, self._reflects)
        payloads = tuple((codec.payload, codec.name) for codec in stream.codecs)
        sends = stream.direction in ("sendrecv", "recvonly")
        port = stream.port if stream.host else 0
        return Media(call, stream.host, port, payloads, sends, peer, self._reflects)
