# -*- test-case-name: tests.sip.test_factorylogin -*-
"""
Log in phones whose factory password is unknown: trust on first use.

The password that was set at the factory never leaves the phone.  But the same
challenge always gets the same response, as long as no C{qop} mixes a client
nonce into it.  So the challenge of such an account stays the same; the first
response to it is pinned, and later ones must equal it.

Only REGISTER is authenticated so, since the method and the URI are part of
the response.  All other requests are admitted by the flow of a registration.

Any client can fetch the challenge and forge another's address, so a wrong response
does not count against a source: it counts for the pair of source and number alone.
After too many, the challenge contains an C{opaque} that is bound to the flow, and only
responses with it, or over a registered flow, are compared.  A wrong one of these
counts against the source.

Layer 2 (rules).
"""

from __future__ import annotations

import re
from hashlib import blake2b, sha256
from hmac import compare_digest
from typing import NamedTuple

from gigasetd.accounts.factorypairing import pinOf
from gigasetd.auth.digest import Credentials, Nonces, challengeOnce
from gigasetd.auth.quotedstring import quote
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.registry.boundeddict import BoundedDict
from gigasetd.registry.model import Account, Pin
from gigasetd.registry.registry import Registry
from gigasetd.sip.actions import Flow, peerOf
from gigasetd.sip.autoenrol import Enrolment
from gigasetd.sip.requestcontext import RequestContext

LONGEST = 128
"""Characters of a user name that can be pinned at most."""

PATIENCE = 60.0
"""Seconds for which a phone may answer the next challenge of a rolling login."""

GUESSES = 10000
"""Pairs of source and number whose wrong responses are counted."""

_RESPONSE = re.compile(r"[0-9a-f]{32}\Z")
_NOTHING = "0" * 64
"""Stands for the hash of a pinned response where there is none."""


class _Roll(NamedTuple):
    """
    The new challenge of a rolling login: open, or the last one answered.
    """

    before: str  #: the nonce that was pinned when it was made
    nonce: str
    flow: Flow
    made: float
    callID: str = ""  #: of the REGISTER that answered it
    cseq: int = 0


class FactoryLogin:
    """
    Pins the first response of each phone, and compares later ones.

    @ivar after: the last change that a response made; it must be on the disk
        before the phone gets its 200.
    @ivar counts: event -> how often it happened.
    """

    def __init__(
        self,
        registry: Registry,
        key: bytes,
        realm: str,
        guard: GuessGuard,
        nonces: Nonces,
        enrolment: Enrolment,
    ) -> None:
        """
        @param key: what challenges are derived from.
        @param nonces: makes unpredictable nonces.
        """
        self.after = 0
        self._registry = registry
        self._hash = blake2b(key=key, digest_size=24)
        self._quoted = quote(realm)
        self._guard = guard
        self._nonces = nonces
        self._guesses: BoundedDict[tuple[str, str], tuple[int, float]]
        self._guesses = BoundedDict(GUESSES)
        self._enrolment = enrolment
        self._rolls: dict[str, _Roll] = {}
        self.counts = {
            "proven": 0,
            "pinned": 0,
            "rolled": 0,
            "failed": 0,
            "stale": 0,
            "unproven": 0,
        }

    def concerns(
        self, context: RequestContext, account: Account | None, number: str | None
    ) -> bool:
        """
        Whether a REGISTER for C{number} is authenticated in this way.

        @param account: the account of that number.
        """
        name, host = number or "", context.flow.host
        # For a number that does not exist a keyed coin decides, always with
        # the same result, so that neither way shows that a number exists.
        # It is thrown for all numbers, since it takes its time.
        heads = bool(self._sealed(f"coin {name}")[0] & 1)
        if account is not None:
            return account.login == "factory"
        if not self._registry.factory and not self._enrolment.open(host):
            return False
        return self._enrolment.admits(name, host, context.now) or heads

    def authenticate(
        self,
        context: RequestContext,
        credentials: Credentials | None,
        number: str | None,
    ) -> Account | str:
        """
        Compare credentials with the pinned ones, or pin them.

        @param credentials: those for our realm, C{None} where there are none.
        @return: the account, or the value of WWW-Authenticate.
        """
        pin = pinOf(self._registry, number or "")
        # Calculated in any case, for the same time.
        constant = self._constant(pin)
        nonce = pin.nonce or constant
        if credentials is None:
            return self._challenge(context, pin, nonce)
        roll = self._rolls.get(pin.number)
        if roll and _isOpen(roll, pin, context) and _answers(credentials, roll, pin):
            return self._rolled(context, credentials, pin, roll)
        if credentials.nonce != nonce:
            self.counts["stale"] += 1
            return self._challenge(context, pin, nonce, stale=True)
        wasSent = self._wasSent(context, credentials)
        if not self._mayGuess(context, pin, wasSent):
            return self._challenge(context, pin, nonce)
        if not self._correct(context, pin, credentials):
            return self._failed(context, pin, nonce, wasSent)
        self._guard.proven(context.flow.host, pin.number)
        if pin.answer and pin.rolling:
            return self._roll(context, pin)
        if not pin.answer:
            self._pin(pin, credentials, nonce, context.now)
        self.counts["proven"] += 1
        return self._registry.accounts[pin.number]

    def _failed(
        self, context: RequestContext, pin: Pin, nonce: str, wasSent: bool
    ) -> str:
        """
        Count a wrong response.

        @param wasSent: whether its challenge was sent to this flow.
        """
        self.counts["failed"] += 1
        if wasSent:
            self._guard.failed(context.flow.host, pin.number, context.now)
        else:
            pair = self._guard.sources.source(context.flow.host), pin.number
            count, since = self._tally(pair, context.now)
            self._guesses[pair] = count + 1, since
        return self._challenge(context, pin, nonce)

    def _tally(self, pair: tuple[str, str], now: float) -> tuple[int, float]:
        count, since = self._guesses.get(pair, (0, now))
        if now - since > self._guard.limits.window:
            return 0, now
        return count, since

    def _isSpent(self, context: RequestContext, pin: Pin) -> bool:
        """
        Whether so many wrong responses for this number have come in the name of the
        source that a sign is needed.
        """
        pair = self._guard.sources.source(context.flow.host), pin.number
        if pair not in self._guesses:
            return False
        return self._tally(pair, context.now)[0] >= self._guard.limits.failures

    def _mayGuess(self, context: RequestContext, pin: Pin, wasSent: bool) -> bool:
        flow, number = context.flow, pin.number
        if wasSent:
            spent = not self._guard.admitsGuess(flow.host, number, context.now)
        else:
            spent = self._isSpent(context, pin)
        if not spent or number in self._registry.flows.get(flow, ()):
            return True
        self.counts["unproven"] += 1
        return False

    def _wasSent(self, context: RequestContext, credentials: Credentials) -> bool:
        # Whether C{opaque} shows that the challenge was sent to this flow.
        opaque, flow = credentials.opaque, context.flow
        return bool(opaque) and self._nonces.marked(opaque, peerOf(flow), context.now)

    def _correct(
        self, context: RequestContext, pin: Pin, credentials: Credentials
    ) -> bool:
        """
        Whether a response is the pinned one, or may be pinned.
        """
        hashed = _hashed(credentials.response)
        same = compare_digest(hashed, pin.answer or _NOTHING)
        name = credentials.username.encode("latin-1", "replace")
        same &= compare_digest(name, pin.username.encode("latin-1", "replace"))
        if not _isConstant(credentials):
            return False
        if pin.answer:
            return same
        if not 0 < len(credentials.username) <= LONGEST:
            return False
        if pin.number in self._registry.accounts:
            return True
        return self._enrolment.admits(pin.number, context.flow.host, context.now)

    def _pin(self, pin: Pin, credentials: Credentials, nonce: str, now: float) -> None:
        if pin.number not in self._registry.accounts:
            self._enrolment.enrol(pin.number, now)
        self.counts["pinned"] += 1
        # With its nonce: the key that challenges are derived from can change.
        self.after = self._registry.put(
            pin._replace(
                username=credentials.username,
                answer=_hashed(credentials.response),
                nonce=nonce,
                pinned=now,
            )
        )

    # rolling

    def _roll(self, context: RequestContext, pin: Pin) -> str:
        """
        Send a new challenge: the pinned response is used up.
        """
        flow, now = context.flow, context.now
        roll = self._rolls.get(pin.number)
        if not (roll and _isOpen(roll, pin, context) and roll.before == pin.nonce):
            roll = _Roll(pin.nonce, self._nonces.make(peerOf(flow), now), flow, now)
            self._rolls[pin.number] = roll
        return self._challenge(context, pin, roll.nonce, stale=True)

    def _rolled(
        self, context: RequestContext, credentials: Credentials, pin: Pin, roll: _Roll
    ) -> Account | str:
        """
        Pin the response to the new challenge; accept its repetition.
        """
        request = context.request
        this = roll._replace(callID=request.first["call-id"], cseq=request.cseq)
        if roll.nonce != pin.nonce:
            self._rolls[pin.number] = this
            self._pin(pin, credentials, roll.nonce, context.now)
            self.counts["rolled"] += 1
        elif not compare_digest(_hashed(credentials.response), pin.answer):
            return self._failed(context, pin, pin.nonce, wasSent=True)
        elif roll != this:
            return self._roll(context, pin)
        self.counts["proven"] += 1
        return self._registry.accounts[pin.number]

    # challenges

    def _sealed(self, text: str) -> bytes:
        sealed = self._hash.copy()
        sealed.update(text.encode())
        return sealed.digest()

    def _constant(self, pin: Pin) -> str:
        # In the form of every other nonce.
        text = self._sealed(f"nonce {pin.generation} {pin.number}").hex()
        return f"6{text[:7]}.{text[7:9].lstrip('0') or '1'}.{text[9:33]}"

    def _challenge(
        self, context: RequestContext, pin: Pin, nonce: str, stale: bool = False
    ) -> str:
        opaque = ""
        if self._isSpent(context, pin):
            opaque = self._nonces.mark(peerOf(context.flow), context.now)
        return challengeOnce(self._quoted, nonce, stale, opaque)


def _isOpen(roll: _Roll, pin: Pin, context: RequestContext) -> bool:
    """
    Whether a new challenge may still be answered over this flow: the pin is
    the one that it was made for, or the response to it.
    """
    young = 0 <= context.now - roll.made < PATIENCE
    same = roll.flow == context.flow
    return young and same and pin.nonce in (roll.before, roll.nonce)


def _answers(credentials: Credentials, roll: _Roll, pin: Pin) -> bool:
    """
    Whether credentials answer the new challenge, in a form that can be pinned.
    """
    nonce = credentials.nonce.encode("latin-1", "replace")
    form = _isConstant(credentials) and credentials.username == pin.username
    return form and compare_digest(nonce, roll.nonce.encode())


def _isConstant(credentials: Credentials) -> bool:
    """
    Whether the same challenge always gets this response (RFC 2069).
    """
    plain = credentials.algorithm == "MD5" and not credentials.qop
    return plain and _RESPONSE.match(credentials.response) is not None


def _hashed(response: str) -> str:
    # Stored instead of the response, with which a phone's login could be
    # repeated from a stolen database.
    return sha256(response.encode("latin-1", "replace")).hexdigest()
