# -*- test-case-name: tests.xmpp.auth.test_login -*-
"""
The log-in of one connection, over all its attempts.

Layer 2 (rules).
"""

from __future__ import annotations

from gigasetd.registry.model import Scram
from gigasetd.xmpp.auth import digestmd5
from gigasetd.xmpp.auth.mechanisms import MECHANISMS
from gigasetd.xmpp.auth.policy import OLD, LoginAttempt, LoginPolicy
from gigasetd.xmpp.auth.result import (
    Challenge,
    Channel,
    LoginDenied,
    LoginPassed,
    Outcome,
    Steps,
)
from gigasetd.xmpp.auth.sasl import LoginError, decode

DAY = 86400.0

WRONG = (
    "Wrong number or password, or no password has been set yet for a device with "
    "factory log-in."
)
OFF = "Messaging is switched off for this number. Its owner can switch it on."


class Login:
    """
    The log-in of one connection.

    @ivar channel: how the client is connected.
    @ivar tries: failed attempts so far.
    """

    def __init__(self, logins: LoginPolicy, channel: Channel) -> None:
        self.channel = channel
        self.tries = 0
        self._logins = logins
        self._steps: Steps | None = None
        self._attempt = LoginAttempt(channel, 0.0)
        self._mechanism = ""

    def begin(self, mechanism: str, text: str, now: float) -> Outcome:
        """
        Handle C{<auth/>}.

        @param text: its content; C{""} is no initial response, C{=} an empty
            one.
        """
        try:
            self._start(mechanism, now)
            outcome = self._advance(None)
            if not text:
                return outcome
            if outcome != Challenge(""):
                raise LoginError("malformed-request")
            return self._advance(decode(text))
        except LoginError as error:
            return self._denied(error)

    def _start(self, mechanism: str, now: float) -> None:
        """
        Begin with a mechanism that was offered.

        @raise LoginError: it was not.
        """
        self._attempt = LoginAttempt(self.channel, now)
        self._steps = None
        self._mechanism = mechanism
        self._logins.admit(self._attempt)
        if mechanism not in self._logins.mechanisms(self.channel):
            secret = mechanism == "PLAIN"
            raise LoginError("encryption-required" if secret else "invalid-mechanism")
        self._steps = MECHANISMS[mechanism](self._logins, self._attempt, mechanism)

    def respond(self, text: str, now: float) -> Outcome:
        """
        Handle C{<response/>}.

        @param text: its content.
        """
        self._attempt.now = now
        try:
            return self._advance(decode(text))
        except LoginError as error:
            return self._denied(error)

    def derived(self, keys: Scram, now: float) -> Outcome:
        """
        Go on with the keys that L{gigasetd.xmpp.auth.result.Derive} asked for.
        """
        self._attempt.now = now
        try:
            return self._advance(keys)
        except LoginError as error:
            return self._denied(error)

    def abort(self) -> Outcome:
        """
        Handle C{<abort/>}.
        """
        return self._denied(LoginError("aborted"))

    def old(
        self, name: str, password: str, digest: str, stream: str, now: float
    ) -> Outcome:
        """
        Log in without SASL (XEP-0078).

        @param digest: of the password, C{""} where C{password} is sent.
        @param stream: the stream's id.
        """
        attempt = self._attempt = LoginAttempt(self.channel, now)
        logins = self._logins
        self._mechanism = OLD
        try:
            logins.admit(attempt)
            account = logins.accountNamed(attempt, name, "")
            true = logins.passwordOf(account)
            if digest and not digestmd5.matches(digest, stream, true or "\0"):
                raise LoginError
            return self._passed(logins.verify(account, true if digest else password))
        except LoginError as error:
            return self._denied(error)

    def _advance(self, value: object) -> Outcome:
        """
        Take the mechanism's next step.

        @raise LoginError: the log-in has failed.
        """
        if self._steps is None:
            raise LoginError("malformed-request")
        self._logins.admitStep(self._attempt)
        try:
            return self._steps.send(value)
        except StopIteration as end:
            return self._passed(*end.value)

    def _passed(self, number: str, text: str = "") -> Outcome:
        # The password was right; the account may be disabled all the same.
        self._steps = None
        logins, now = self._logins, self._attempt.now
        account = logins.registry.accounts[number]
        logins.proven(self._attempt, self._mechanism)
        if not account.offers("messaging"):
            return self._denied(LoginError("not-authorized", OFF))
        if now - account.active > DAY:
            logins.registry.put(account._replace(active=now))
        return LoginPassed(number, text, self._mechanism)

    def _denied(self, error: LoginError) -> LoginDenied:
        self._steps = None
        self.tries += 1
        text = error.text
        if error.condition == "not-authorized" and not text:
            self._logins.failed(self._attempt)
            text = WRONG
        return LoginDenied(error.condition, text)
