# -*- test-case-name: tests.sip.echo.test_offeranswer -*-
"""
Offer and answer of one echo call (RFC 3264 sections 5 to 8).

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.errors import BadValue
from gigasetd.sip.actions import Media
from gigasetd.sip.echo.sdp import MediaDescription, SessionDescription, parse
from gigasetd.sip.echo.sdpanswer import answer, encode, offer
from gigasetd.sip.message.message import Message, Request
from gigasetd.sip.rejection import RequestRejected

TYPE = "application/sdp"
CONTENT = f"Content-Type: {TYPE}"


def descriptionOf(message: Message) -> SessionDescription | None:
    """
    Return the session description in a message's body, C{None} without a body.

    @raise RequestRejected: 415 for another kind of body, 400 for a broken one.
    """
    if not message.body:
        return None
    coding = message.get("content-encoding")
    if coding and coding.lower() != "identity":
        raise RequestRejected(415, "Accept-Encoding: identity", f"Accept: {TYPE}")
    kind = (message.get("content-type") or "").partition(";")[0]
    if kind.strip(" \t").lower() != TYPE:
        raise RequestRejected(415, f"Accept: {TYPE}")
    try:
        return parse(message.body)
    except BadValue:
        raise RequestRejected(400) from None


def checkAccept(request: Request) -> None:
    """
    Check that a request with Accept accepts session descriptions.

    @raise RequestRejected: it does not (406).
    """
    accepted = [value.lower() for value in request.all("accept")]
    if accepted and not any(
        kind in value for value in accepted for kind in (TYPE, "application/*", "*/*")
    ):
        raise RequestRejected(406, f"Accept: {TYPE}")


class Negotiation:
    """
    Holds what was agreed, and makes our next description.

    @ivar direction: the peer's direction: "sendrecv" while it talks.
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
        self._offer: SessionDescription | None = None
        self._ours: SessionDescription | None = None
        self._theirs: MediaDescription | None = None

    @property
    def asking(self) -> bool:
        """
        Whether our own offer waits for the peer's answer.
        """
        return self._offer is None

    def take(self, session: SessionDescription | None) -> None:
        """
        Take the peer's offer; a rejected one changes nothing.

        @param session: C{None} where the peer leaves the offer to us.
        @raise RequestRejected: nothing in it can be echoed (488).
        """
        if session is None:
            self._offer = None
            return
        index = session.chosen()
        if index is None:
            raise RequestRejected(
                488, 'Warning: 305 echo "Only plain PCMA, PCMU, G722"'
            )
        self._offer, self._index = session, index
        self._accept(session.streams[index])

    def speak(self, host: str, port: int) -> str:
        """
        Encode our answer, or our offer where the peer made none.
        """
        if self._offer is None:
            self._ours = offer(self._ours, self._index, port, host)
        else:
            self._ours = answer(self._offer, self._index, port, host)
        text = encode(self._ours, host, self._identity, self._version)
        if text != self._text:
            self._version += 1
            text = encode(self._ours, host, self._identity, self._version)
        self._text = text
        return text

    def answered(self, session: SessionDescription | None) -> None:
        """
        Take the peer's answer to our offer.

        @raise RequestRejected: it rejects the audio, or is missing (488).
        """
        if session is None or len(session.streams) <= self._index:
            raise RequestRejected(488)
        if not session.streams[self._index].usable:
            raise RequestRejected(488)
        self._offer = session
        self._accept(session.streams[self._index])

    def _accept(self, stream: MediaDescription) -> None:
        self._theirs = stream
        self.direction = stream.direction

    def media(self, call: str, peer: str) -> Media:
        """
        Return the media of the call for its sockets.

        @param call: its name.
        @param peer: the address that the signalling comes from.
        """
        stream = self._theirs
        if stream is None:
            return Media(call, "", 0, (), False, peer, self._reflects)
        payloads = tuple((codec.payload, codec.name) for codec in stream.codecs)
        sends = stream.direction in ("sendrecv", "recvonly")
        port = stream.port if stream.host else 0
        return Media(call, stream.host, port, payloads, sends, peer, self._reflects)
