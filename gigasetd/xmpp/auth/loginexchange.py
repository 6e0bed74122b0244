# -*- test-case-name: tests.xmpp.stream.test_stream -*-
"""
The log-in of a stream: SASL (RFC 6120 section 6) and XEP-0078.

Every refusal is sent after the same delay: its time reveals nothing of what was
wrong, and guessing is slow.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.words.xish.domish import Element

from gigasetd.registry.model import Scram
from gigasetd.xmpp.auth.login import Login
from gigasetd.xmpp.auth.result import (
    Challenge,
    Channel,
    Derive,
    LoginDenied,
    LoginPassed,
    Outcome,
)
from gigasetd.xmpp.stanza.jid import parseJid
from gigasetd.xmpp.stanza.stanza import child, errorReply, iqResult, serialize, textOf
from gigasetd.xmpp.stream import header as wire
from gigasetd.xmpp.stream.context import StreamContext
from gigasetd.xmpp.stream.reader import StreamReader
from gigasetd.xmpp.stream.state import OLD_AUTH
from gigasetd.xmpp.stream.writer import StreamWriter

log = Logger()

HESITATION = 0.5
"""Seconds until a refusal is sent; far longer than any check takes."""


class LoginExchange:
    """
    The log-in of one stream.

    @ivar busy: whether a response is being checked, and nothing else is read.
    """

    def __init__(
        self,
        context: StreamContext,
        channel: Channel,
        reader: StreamReader,
        writer: StreamWriter,
        passed: Callable[[LoginPassed, str, float], None],
    ) -> None:
        """
        @param passed: called with the result, the resource that XEP-0078 has
            bound (C{""} for none) and the time.
        """
        self.busy = False
        self._context, self._reader, self._writer = context, reader, writer
        self._passed = passed
        self._login = Login(context.logins, channel)
        self._timer: Any = None
        self._iq: Element | None = None  # the request of XEP-0078
        self._gone = False
        self._began = 0.0  # when the client sent what is being answered

    def over(self, channel: Channel) -> None:
        """
        Go on over another channel; the failed tries still count.
        """
        tries = self._login.tries
        self._login = Login(self._context.logins, channel)
        self._login.tries = tries

    def mechanisms(self) -> list[str]:
        """
        List the mechanisms to offer, the best first.
        """
        return self._context.logins.mechanisms(self._login.channel)

    # requests

    def begin(self, element: Element, now: float) -> None:
        """
        Handle C{<auth/>}.
        """
        self._iq, self._began = None, now
        mechanism = element.attributes.get("mechanism", "")
        self._carryOut(self._login.begin(mechanism, textOf(element), now), now)

    def respond(self, element: Element, now: float) -> None:
        """
        Handle C{<response/>}.
        """
        self._began = now
        self._carryOut(self._login.respond(textOf(element) or "=", now), now)

    def abort(self, now: float) -> None:
        """
        Handle C{<abort/>}.
        """
        self._began = now
        self._carryOut(self._login.abort(), now)

    def old(self, iq: Element, stream: str, now: float) -> None:
        """
        Handle a request of XEP-0078.

        @param stream: the stream's id.
        """
        query = child(iq, OLD_AUTH, "query")
        if not self._login.channel.phone:
            self._refuse(iq, "not-allowed")
        elif iq.attributes["type"] == "get":
            self._writer.put(serialize(iqResult(iq, _fields())))
        else:
            assert query is not None
            self._oldSet(iq, query, stream, now)

    def _oldSet(self, iq: Element, query: Element, stream: str, now: float) -> None:
        name, password, digest, resource = (
            textOf(child(query, OLD_AUTH, field))
            for field in ("username", "password", "digest", "resource")
        )
        jid = parseJid(f"x@x/{resource}")
        if jid is None or not name or not (password or digest):
            self._refuse(iq, "not-acceptable")
            return
        self._iq, self._began = iq, now
        outcome = self._login.old(name, password, digest, stream, now)
        self._carryOut(outcome, now, jid.resource)

    def _refuse(self, iq: Element, condition: str) -> None:
        self._writer.put(serialize(errorReply(iq, condition)))

    # outcomes

    def _carryOut(self, outcome: Outcome, now: float, resource: str = "") -> None:
        if isinstance(outcome, Challenge):
            self._writer.put(wire.sasl("challenge", outcome.text))
        elif isinstance(outcome, Derive):
            self._derive(outcome)
        elif isinstance(outcome, LoginPassed):
            self._pass(outcome, resource, now)
        else:
            self._pause()
            # Counted from the request: making keys takes time of its own.
            left = max(0.0, self._began + HESITATION - self._context.now())
            self._timer = self._context.reactor.callLater(left, self._deny, outcome)

    def _pass(self, outcome: LoginPassed, resource: str, now: float) -> None:
        if self._iq is None:
            self._writer.put(wire.sasl("success", outcome.text))
        else:
            self._writer.put(serialize(iqResult(self._iq)))
        self._passed(outcome, resource, now)

    def _derive(self, request: Derive) -> None:
        # In a thread, since it takes milliseconds.
        self._pause()
        made = self._context.derive(*request)
        made.addCallback(self._derived)
        made.addErrback(self._notDerived)

    def _derived(self, keys: Scram) -> None:
        if self._gone:
            return
        now = self._context.now()
        self._resume()
        self._carryOut(self._login.derived(keys, now), now)
        self._context.executor.flush()

    def _notDerived(self, failure: Failure) -> None:
        log.failure("keys could not be made", failure)
        if not self._gone:
            self._writer.host.close("internal-server-error")
            self._context.executor.flush()

    def _deny(self, outcome: LoginDenied) -> None:
        self._timer = None
        self._resume()
        if self._iq is None:
            self._writer.put(wire.failure(*outcome))
        else:
            reply = errorReply(self._iq, "not-authorized", outcome.text)
            self._writer.put(serialize(reply))
        if self._login.tries >= self._context.section.login_tries:
            self._context.counts["guessers"] += 1
            text = "there were too many wrong log-ins"
            self._writer.host.close("policy-violation", text)
        self._context.executor.flush()

    def _pause(self) -> None:
        self.busy = True
        self._reader.hold()

    def _resume(self) -> None:
        self.busy = False
        self._reader.proceed()

    def leave(self) -> None:
        """
        Give up, since the stream ends before a decision.
        """
        self.drop()
        if self.busy:
            self._resume()

    def drop(self) -> None:
        """
        Give up, since the connection is lost.
        """
        self._gone = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _fields() -> Element:
    """
    List the fields that XEP-0078 asks for.
    """
    query = Element((OLD_AUTH, "query"))
    for name in ("username", "password", "digest", "resource"):
        query.addElement(name)
    return query
