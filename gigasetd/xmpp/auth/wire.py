# -*- test-case-name: tests.xmpp.stream.test_stream -*-
"""
A stream's log-in on the wire: SASL (RFC 6120 section 6) and XEP-0078.

Every refusal is told after the same while, so that the time tells nothing of
what was wrong, and guessing is slow.

Layer 3 (I/O).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.words.xish.domish import Element

from gigasetd.registry.model import Scram
from gigasetd.xmpp.auth.login import Login
from gigasetd.xmpp.auth.result import (
    Challenge,
    Channel,
    Denied,
    Derive,
    Outcome,
    Passed,
)
from gigasetd.xmpp.stanza.jid import parseJid
from gigasetd.xmpp.stanza.stanza import child, errorReply, iqResult, serialize, textOf
from gigasetd.xmpp.stream import header as greeting
from gigasetd.xmpp.stream.state import OLD_AUTH

if TYPE_CHECKING:
    from gigasetd.xmpp.stream.factory import Streams
    from gigasetd.xmpp.stream.stream import Stream

log = Logger()

HESITATION = 0.5
"""Seconds until a refusal is told; far longer than any check takes."""


class Entry:
    """
    @ivar busy: whether an answer is being found, and nothing else heard.
    """

    def __init__(self, stream: Stream, streams: Streams, channel: Channel) -> None:
        self.busy = False
        self._stream = stream
        self._streams = streams
        self._login = Login(streams.logins, channel)
        self._timer: Any = None
        self._iq: Element | None = None  # the request of XEP-0078
        self._gone = False
        self._asked = 0.0  # when the client said what is being answered

    def over(self, channel: Channel) -> None:
        """
        The same, with its tries, over another channel.
        """
        tries = self._login.tries
        self._login = Login(self._streams.logins, channel)
        self._login.tries = tries

    def mechanisms(self) -> list[str]:
        """
        What is offered.
        """
        return self._streams.logins.mechanisms(self._login.channel)

    # what comes

    def begin(self, element: Element, now: float) -> None:
        """
        C{<auth/>}.
        """
        self._iq, self._asked = None, now
        mechanism = element.attributes.get("mechanism", "")
        self._told(self._login.begin(mechanism, textOf(element), now), now)

    def respond(self, element: Element, now: float) -> None:
        """
        C{<response/>}.
        """
        self._asked = now
        self._told(self._login.respond(textOf(element) or "=", now), now)

    def abort(self, now: float) -> None:
        """
        C{<abort/>}.
        """
        self._asked = now
        self._told(self._login.abort(), now)

    def old(self, iq: Element, now: float) -> None:
        """
        A request of XEP-0078.
        """
        stream = self._stream
        query = child(iq, OLD_AUTH, "query")
        if not stream.phone:
            self._streams.refuse(stream, iq, "not-allowed")
        elif iq.attributes["type"] == "get":
            stream.put(serialize(iqResult(iq, _fields())))
        else:
            assert query is not None
            self._oldSet(iq, query, now)

    def _oldSet(self, iq: Element, query: Element, now: float) -> None:
        """
        Somebody logs in by XEP-0078.
        """
        name, password, digest, resource = (
            textOf(child(query, OLD_AUTH, field))
            for field in ("username", "password", "digest", "resource")
        )
        jid = parseJid(f"x@x/{resource}")
        if jid is None or not name or not (password or digest):
            self._streams.refuse(self._stream, iq, "not-acceptable")
            return
        self._iq, self._asked = iq, now
        outcome = self._login.old(name, password, digest, self._stream.id, now)
        self._told(outcome, now, jid.resource)

    # what it leads to

    def _told(self, outcome: Outcome, now: float, resource: str = "") -> None:
        """
        Carry one step out.
        """
        if isinstance(outcome, Challenge):
            self._stream.put(greeting.sasl("challenge", outcome.text))
        elif isinstance(outcome, Derive):
            self._derive(outcome)
        elif isinstance(outcome, Passed):
            self._pass(outcome, resource, now)
        else:
            self._pause()
            # From when it was asked: making keys takes a time of its own.
            left = max(0.0, self._asked + HESITATION - self._streams.now())
            self._timer = self._streams.reactor.callLater(left, self._deny, outcome)

    def _pass(self, outcome: Passed, resource: str, now: float) -> None:
        """
        It was right.
        """
        if self._iq is None:
            self._stream.put(greeting.sasl("success", outcome.text))
        else:
            self._stream.put(serialize(iqResult(self._iq)))
        self._stream.passed(outcome.number, outcome.mechanism, resource, now)

    def _derive(self, asked: Derive) -> None:
        """
        Make keys aside, since that takes milliseconds.
        """
        self._pause()
        made = self._streams.derive(*asked)
        made.addCallback(self._derived)
        made.addErrback(self._notDerived)

    def _derived(self, keys: Scram) -> None:
        """
        The keys are there.
        """
        if self._gone:
            return
        now = self._streams.now()
        self._resume()
        self._told(self._login.derived(keys, now), now)
        self._streams.flush()

    def _notDerived(self, failure: Failure) -> None:
        """
        Our fault.
        """
        log.failure("keys could not be made", failure)
        if not self._gone:
            self._stream.fail("internal-server-error")
            self._streams.flush()

    def _deny(self, outcome: Denied) -> None:
        """
        It was wrong; somebody who goes on guessing is sent away.
        """
        self._timer = None
        self._resume()
        if self._iq is None:
            self._stream.put(greeting.failure(*outcome))
        else:
            reply = errorReply(self._iq, "not-authorized", outcome.text)
            self._stream.put(serialize(reply))
        if self._login.tries >= self._streams.section.login_tries:
            self._streams.counts["guessers"] += 1
            self._stream.fail("policy-violation", "there were too many wrong log-ins")
        self._streams.flush()

    def _pause(self) -> None:
        """
        Hear nothing until the answer is found.
        """
        self.busy = True
        self._stream.transport.pauseProducing()

    def _resume(self) -> None:
        """
        Hear again.
        """
        self.busy = False
        self._stream.transport.resumeProducing()

    def leave(self) -> None:
        """
        The stream ends before it is decided.
        """
        self.drop()
        if self.busy:
            self._resume()

    def drop(self) -> None:
        """
        The connection is gone.
        """
        self._gone = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _fields() -> Element:
    """
    What XEP-0078 asks for.
    """
    query = Element((OLD_AUTH, "query"))
    for name in ("username", "password", "digest", "resource"):
        query.addElement(name)
    return query
