# -*- test-case-name: tests.sip.test_factorylogin -*-
"""
Phones whose password nobody knows: trust on first use.

A password that was burnt in at the factory never leaves the phone, but who is
asked the same twice gives the same answer, as long as no C{qop} mixes
something new into it.  So the challenge of such an account stays the same;
the first answer to it is pinned, and later ones must equal it.

Only REGISTER is asked for in this way: the method and the URI are part of the
answer.  All else is let in by the flow of a registration.

Layer 2 (rules).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import blake2b, sha256
from hmac import compare_digest
from typing import NamedTuple

from gigasetd.accounts.pin import pinOf
from gigasetd.auth.digest import Credentials, challengeOnce
from gigasetd.auth.quotedstring import quote
from gigasetd.ratelimit.guard import Guard
from gigasetd.registry.model import Account, Pin
from gigasetd.registry.registry import Registry
from gigasetd.sip.actions import Flow
from gigasetd.sip.autoenrol import Enrolment
from gigasetd.sip.message.message import Request

LONGEST = 128
"""Characters of a user name that can be pinned."""

PATIENCE = 60.0
"""Seconds for which a phone that gave the right answer may give the next."""

_ANSWER = re.compile(r"[0-9a-f]{32}\Z")
_NOTHING = "0" * 64
"""The pinned answer of those who have none; it is no answer's hash."""


class _Roll(NamedTuple):
    """
    A fresh challenge that waits for its answer, or the one that was answered.
    """

    before: str  #: the nonce that was pinned when it was made
    nonce: str
    flow: Flow
    made: float
    callID: str = ""  #: of the REGISTER that was let in by it
    cseq: int = 0


class FactoryLogin:
    """
    @ivar counts: what came of the answers.
    @ivar after: the last change that an answer made; it must be on the disk
        before anybody who was let in is told so.
    """

    def __init__(
        self,
        registry: Registry,
        key: bytes,
        realm: str,
        guard: Guard,
        fresh: Callable[[str, float], str],
        enrolment: Enrolment,
    ) -> None:
        """
        @param key: what challenges are made from.
        @param fresh: makes a nonce that nobody can guess, for a peer's
            address and the time.
        """
        self.after = 0
        self._registry = registry
        self._hash = blake2b(key=key, digest_size=24)
        self._quoted = quote(realm)
        self._guard = guard
        self._fresh = fresh
        self._enrolment = enrolment
        self._rolls: dict[str, _Roll] = {}
        self.counts = {
            "proven": 0,
            "pinned": 0,
            "rolled": 0,
            "failed": 0,
            "stale": 0,
        }

    # whom it concerns

    def concerns(
        self, account: Account | None, number: str | None, flow: Flow, now: float
    ) -> bool:
        """
        Whether a REGISTER for C{number} is asked in our way.

        For numbers that do not exist a keyed coin is thrown, always with the
        same result, so that neither way tells that a number exists.
        """
        name = number or ""
        # Thrown for those that exist too, since it takes its time.
        heads = self._coin(name)
        if account is not None:
            return account.login == "factory"
        if not self._registry.factory and not self._enrolment.open(flow.host):
            return False
        return self._enrolment.admits(name, flow.host, now) or heads

    def _coin(self, number: str) -> bool:
        """
        Heads or tails.
        """
        return bool(self._sealed(f"coin {number}")[0] & 1)

    # proofs

    def prove(
        self,
        request: Request,
        given: Credentials | None,
        flow: Flow,
        number: str | None,
        now: float,
    ) -> Account | str:
        """
        Hold credentials against what was pinned, or pin them.

        @param given: the credentials for our realm, if there are any.
        @return: the account, or the value of WWW-Authenticate.
        """
        known = self._registry.accounts.get(number or "")
        pin = pinOf(self._registry, number or "")
        constant = self._constant(pin)
        nonce = pin.nonce or constant
        if given is None:
            return self._challenge(nonce)
        roll = self._rolls.get(pin.number)
        if roll and _isOpen(roll, pin, flow, now) and _answers(given, roll, pin):
            return self._goOn(request, given, pin, roll, now)
        if given.nonce != nonce:
            self.counts["stale"] += 1
            return self._challenge(nonce, stale=True)
        if not self._right(known, pin, given, flow, now):
            self.counts["failed"] += 1
            self._guard.failed(flow.host, now)
            return self._challenge(nonce)
        self._guard.proven(flow.host)
        if pin.answer and pin.rolling:
            return self._roll(pin, flow, now)
        if not pin.answer:
            self._pin(pin, given, nonce, now)
        self.counts["proven"] += 1
        return self._registry.accounts[pin.number]

    def _right(
        self,
        known: Account | None,
        pin: Pin,
        given: Credentials,
        flow: Flow,
        now: float,
    ) -> bool:
        """
        Whether an answer is the pinned one, or may be pinned.
        """
        same = compare_digest(_kept(given.response), pin.answer or _NOTHING)
        name = given.username.encode("latin-1", "replace")
        same &= compare_digest(name, pin.username.encode("latin-1", "replace"))
        if given.algorithm != "MD5" or given.qop or not _ANSWER.match(given.response):
            return False
        if pin.answer:
            return same
        if not 0 < len(given.username) <= LONGEST:
            return False
        if known is not None:
            return True
        return self._enrolment.admits(pin.number, flow.host, now)

    def _pin(self, pin: Pin, given: Credentials, nonce: str, now: float) -> None:
        """
        Remember an answer, and what it answers: the key that challenges are
        made from can change.
        """
        if pin.number not in self._registry.accounts:
            self._enrolment.enrol(pin.number, now)
        self.counts["pinned"] += 1
        self.after = self._registry.put(
            pin._replace(
                username=given.username,
                answer=_kept(given.response),
                nonce=nonce,
                pinned=now,
            )
        )

    # rolling

    def _roll(self, pin: Pin, flow: Flow, now: float) -> str:
        """
        A right answer is used up: ask something new of whoever gave it.
        """
        roll = self._rolls.get(pin.number)
        if not (roll and _isOpen(roll, pin, flow, now) and roll.before == pin.nonce):
            roll = _Roll(pin.nonce, self._fresh(flow.host, now), flow, now)
            self._rolls[pin.number] = roll
        return self._challenge(roll.nonce, stale=True)

    def _goOn(
        self, request: Request, given: Credentials, pin: Pin, roll: _Roll, now: float
    ) -> Account | str:
        """
        The answer to the new question, which is pinned, or its repetition.
        """
        this = roll._replace(callID=request.first["call-id"], cseq=request.cseq)
        if roll.nonce != pin.nonce:
            self._rolls[pin.number] = this
            self._pin(pin, given, roll.nonce, now)
            self.counts["rolled"] += 1
        elif not compare_digest(_kept(given.response), pin.answer):
            self.counts["failed"] += 1
            self._guard.failed(roll.flow.host, now)
            return self._challenge(pin.nonce)
        elif roll != this:
            return self._roll(pin, roll.flow, now)
        self.counts["proven"] += 1
        return self._registry.accounts[pin.number]

    # challenges

    def _sealed(self, text: str) -> bytes:
        """
        24 bytes that only we can make.
        """
        sealed = self._hash.copy()
        sealed.update(text.encode())
        return sealed.digest()

    def _constant(self, pin: Pin) -> str:
        """
        What a number is asked until it is reset; it looks like every other
        nonce.
        """
        text = self._sealed(f"nonce {pin.generation} {pin.number}").hex()
        return f"6{text[:7]}.{text[7:9].lstrip('0') or '1'}.{text[9:33]}"

    def _challenge(self, nonce: str, stale: bool = False) -> str:
        """
        The value of WWW-Authenticate.
        """
        return challengeOnce(self._quoted, nonce, stale)


def _isOpen(roll: _Roll, pin: Pin, flow: Flow, now: float) -> bool:
    """
    Whether a new question is still worth an answer over that flow: what was
    pinned is what it was made for, or the answer to it.
    """
    young = 0 <= now - roll.made < PATIENCE
    return young and roll.flow == flow and pin.nonce in (roll.before, roll.nonce)


def _answers(given: Credentials, roll: _Roll, pin: Pin) -> bool:
    """
    Whether this answers the new question, in the form that can be pinned.
    """
    nonce = given.nonce.encode("latin-1", "replace")
    form = given.algorithm == "MD5" and not given.qop and _ANSWER.match(given.response)
    known = given.username == pin.username
    return known and bool(form) and compare_digest(nonce, roll.nonce.encode())


def _kept(answer: str) -> str:
    """
    What is stored of an answer: a stolen database shall open nothing.
    """
    return sha256(answer.encode("latin-1", "replace")).hexdigest()
