# -*- test-case-name: tests.xmpp.auth.test_policy -*-
"""
What all log-ins share: mechanisms, accounts, limits on guessing.

No answer reveals which numbers exist.

Layer 2 (rules).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from gigasetd.keys.sealing import VaultError
from gigasetd.ratelimit.guessguard import GuessGuard
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.xmpp.auth import scram
from gigasetd.xmpp.auth.result import Channel
from gigasetd.xmpp.auth.sasl import LoginError, same
from gigasetd.xmpp.stanza.jid import Jid, parseJid

FACTORY = (
    "This device uses its factory log-in. Messages need a password: its owner can "
    "set one under /account/, or the operator with gigasetctl."
)
BUSY = "Too many failed log-ins. Try again later."

_NUMBER = re.compile("[0-9]{1,15}")

OLD = "XEP-0078"
"""The name of the log-in without SASL, beside those of mechanisms."""

KNOWN = (
    *(name + scram.PLUS for name in scram.HASHES),
    *scram.HASHES,
    "DIGEST-MD5",
    "PLAIN",
)
"""The mechanisms, the best first."""


def _counter(mechanism: str) -> str:
    return "logins_" + mechanism.lower().replace("-", "_")


@dataclass
class LoginAttempt:
    """
    One attempt to log in.
    """

    channel: Channel
    now: float  #: when it began
    number: str = ""  #: the account's, as soon as it is known


class LoginPolicy:
    """
    What all log-ins share.

    @ivar domain: the domain of accounts.
    @ivar counts: log-ins and failures, by name.
    """

    def __init__(
        self,
        registry: Registry,
        domain: str,
        opened: Callable[[Account], str],
        key: bytes,
        guard: GuessGuard,
        token: Callable[[], str],
    ) -> None:
        """
        @param opened: decrypts an account's password; raises L{VaultError}.
        @param key: makes the salts of SCRAM.
        @param token: makes a random id.
        """
        self.domain = domain
        self.registry = registry
        self.key = key
        self.guard = guard
        self.token = token
        self._opened = opened
        self.counts = {"logins": 0, "login_failures": 0, "logins_limited": 0}
        self.counts |= {_counter(name): 0 for name in (*KNOWN, OLD)}

    def mechanisms(self, channel: Channel) -> list[str]:
        """
        List the mechanisms that a client may use, the best first.

        Without TLS only phones may log in; DIGEST-MD5 is for phones only.
        """
        if not (channel.secure or channel.phone):
            return []
        left = {"DIGEST-MD5"} if not channel.phone else set()
        if not channel.bindings:
            left.update(name + scram.PLUS for name in scram.HASHES)
        return [name for name in KNOWN if name not in left]

    def numberOf(self, name: str) -> str:
        """
        Find the number in a user name: the name, or the local part of an
        address in our domain.

        @return: C{""} for none.
        """
        jid = parseJid(name if "@" in name else f"{name}@{self.domain}")
        if jid is None or jid.domain != self.domain or jid.resource:
            return ""
        # Names that no account can have must not fill the tables of guards.
        return jid.local if _NUMBER.fullmatch(jid.local) else ""

    def passwordOf(self, account: Account | None) -> str:
        """
        Decrypt an account's password.

        @return: C{""} where there is none, or it cannot be decrypted.
        """
        try:
            return self._opened(account) if account else ""
        except VaultError:
            return ""

    def failed(self, attempt: LoginAttempt) -> None:
        """
        Count a wrong password.
        """
        host = attempt.channel.host
        self.counts["login_failures"] += 1
        self.guard.failed(host, attempt.number, attempt.now)

    def proven(self, attempt: LoginAttempt, mechanism: str) -> None:
        """
        Count a right password.
        """
        host = attempt.channel.host
        self.counts[_counter(mechanism)] += 1
        self.counts["logins"] += 1
        self.guard.proven(host, attempt.number)

    def admit(self, attempt: LoginAttempt) -> None:
        """
        Insist that an address has not guessed too often.

        @raise LoginError: it has.
        """
        if not self.guard.sources.admits(attempt.channel.host, attempt.now):
            self._refuse()

    def admitStep(self, attempt: LoginAttempt) -> None:
        """
        Insist that a source has not guessed too often since its attempt began: it
        may have begun many at once.

        @raise LoginError: it has.
        """
        host, number, now = attempt.channel.host, attempt.number, attempt.now
        if self.guard.sources.isBanned(host, now):
            self._refuse()
        if number and not self.guard.holds(host, number, now):
            self._refuse()

    def _refuse(self) -> None:
        self.counts["logins_limited"] += 1
        raise LoginError("temporary-auth-failure", BUSY)

    def accountNamed(
        self, attempt: LoginAttempt, name: str, authzid: str
    ) -> Account | None:
        """
        Find the account of a user name.

        @param authzid: the authorization identity, C{""} for none.
        @return: L{None} where the account does not exist or has no password.
        @raise LoginError: the client has guessed too often, asks for another
            identity, or has a phone with a factory log-in.
        """
        number = attempt.number = self.numberOf(name)
        channel = attempt.channel
        if authzid and parseJid(authzid) != Jid(number, self.domain, ""):
            raise LoginError("invalid-authzid")
        if not self.guard.admitsPair(channel.host, number, attempt.now):
            self._refuse()
        account = self.registry.accounts.get(number)
        if account is None or account.password:
            return account
        if account.login == "factory" and channel.phone:
            raise LoginError("account-disabled", FACTORY)
        return None

    def verify(self, account: Account | None, password: str) -> str:
        """
        Check a password.

        @return: the account's number.
        @raise LoginError: it is wrong, or there is no account.
        """
        # The same work without an account: the time must not reveal it.
        true = self.passwordOf(account)
        right = same(password, true or "\0")
        if not right or not true or account is None:
            raise LoginError
        return account.number
