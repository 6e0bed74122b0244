# -*- test-case-name: tests.sip.test_dialog -*-
"""
A dialog as seen by its called side (RFC 3261 sections 12.1.1 and 12.2).

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from gigasetd.errors import BadValue
from gigasetd.sip.message.message import Request, encode
from gigasetd.sip.message.uri import parseAddress, parseURI


class Dialog:
    """
    Holds a dialog's state, and encodes our requests inside it.

    @ivar call: the Call-ID.
    @ivar tag: our tag.
    @ivar theirs: the peer's tag, "" for a peer of RFC 2543.
    @ivar target: the URI that reaches the peer.
    @ivar routes: the route set, nearest first, as written.
    @ivar sequence: the peer's last CSeq number.
    """

    __slots__ = (
        "_local",
        "_remote",
        "_sent",
        "call",
        "routes",
        "sequence",
        "tag",
        "target",
        "theirs",
    )

    def __init__(self, request: Request, tag: str) -> None:
        """
        @param request: the INVITE or SUBSCRIBE.
        @param tag: the tag that we answer with.
        @raise BadValue: Contact, Record-Route or From cannot be used.
        """
        self.call = request.first["call-id"]
        self.tag = tag
        self._remote = request.first["from"]
        self.theirs = parseAddress(self._remote).param("tag") or ""
        self._local = f"{request.first['to']};tag={tag}"
        self.target = contactOf(request)
        self.routes = tuple(request.values("record-route"))
        if self.routes:
            parseURI(parseAddress(self.routes[0]).uri)
        self.sequence = request.cseq
        self._sent = 0

    def advances(self, request: Request) -> bool:
        """
        Whether a request is newer than all before it (RFC 3261 section
        12.2.2); if so, note its CSeq number.
        """
        if request.cseq <= self.sequence:
            return False
        self.sequence = request.cseq
        return True

    def retarget(self, request: Request) -> None:
        """
        Take the peer's Contact as the new target, if it can be used.
        """
        with suppress(BadValue):
            self.target = contactOf(request)

    def request(
        self, method: str, via: str, headers: Iterable[str] = (), body: str = ""
    ) -> bytes:
        """
        Encode a request of ours inside the dialog (RFC 3261 section 12.2.1.1).

        @param via: the whole value of its Via.
        @param headers: further header lines, whole.
        @param body: latin-1 text; its Content-Type is one of C{headers}.
        """
        self._sent += 1
        uri, routes = self._path()
        lines = [f"Via: {via}", "Max-Forwards: 70"]
        lines += [f"Route: {route}" for route in routes]
        lines += [
            f"From: {self._local}",
            f"To: {self._remote}",
            f"Call-ID: {self.call}",
            f"CSeq: {self._sent} {method}",
            *headers,
            f"Content-Length: {len(body)}",
        ]
        return encode(f"{method} {uri} SIP/2.0", lines, body)

    def _path(self) -> tuple[str, tuple[str, ...]]:
        # Request-URI and Route; a first hop without lr is a strict router of
        # RFC 2543.
        if not self.routes:
            return self.target, ()
        first = parseAddress(self.routes[0]).uri
        if parseURI(first).param("lr") is not None:
            return self.target, self.routes
        return first, (*self.routes[1:], f"<{self.target}>")


def contactOf(request: Request) -> str:
    """
    Return the URI of the first Contact, without its headers.

    @raise BadValue: there is none, or it is no SIP URI.
    """
    contacts = request.values("contact")
    if not contacts:
        raise BadValue("a request that opens or moves a dialog needs a Contact")
    text = parseAddress(contacts[0]).uri
    uri = parseURI(text)
    if uri.scheme == "tel":
        raise BadValue("Contact has to be a SIP URI")
    return text[: -len(uri.headers) - 1] if uri.headers else text
