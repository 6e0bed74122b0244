# -*- test-case-name: tests.xmpp.auth.test_login -*-
"""
Who may log in how: what all log-ins share.

Nobody learns from an answer which numbers there are.

Layer 2 (rules).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from gigasetd.keys.sealing import VaultError
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.xmpp.auth import scram
from gigasetd.xmpp.auth.result import Channel
from gigasetd.xmpp.auth.sasl import LoginError, same
from gigasetd.xmpp.stanza.jid import Jid, parseJid

FACTORY = (
    "This device logs in as its factory set it; messages need a password first, "
    "which its owner sets under /account/ or the operator by gigasetctl."
)
BUSY = "There were too many wrong log-ins; try again later."


_NUMBER = re.compile("[0-9]{1,15}")

OLD = "XEP-0078"
"""What a log-in without SASL is called."""

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
    One try to log in.
    """

    channel: Channel
    now: float  #: when it began
    number: str = ""  #: whom it is about, as soon as that is known


class GuessLimiter(Protocol):
    """
    L{gigasetd.ratelimit.guard.Guard}.
    """

    def admits(self, host: str, now: float) -> bool:
        """
        Whether one more try is looked at.
        """

    def failed(self, host: str, now: float) -> None:
        """
        It was wrong.
        """

    def proven(self, host: str) -> None:
        """
        It was right.
        """


class LoginGuards(NamedTuple):
    """
    Who has guessed too often.
    """

    hosts: GuessLimiter  #: by address
    pairs: GuessLimiter  #: by address and number, as "ADDRESS NUMBER"


class LoginPolicy:
    """
    What all log-ins share.

    @ivar domain: ours.
    @ivar counts: what became of them.
    """

    def __init__(
        self,
        registry: Registry,
        domain: str,
        opened: Callable[[Account], str],
        key: bytes,
        guards: LoginGuards,
        token: Callable[[], str],
    ) -> None:
        """
        @param opened: tells an account's password, or raises L{VaultError}.
        @param key: what salts are made of.
        @param token: a fresh random text.
        """
        self.domain = domain
        self.registry = registry
        self.key = key
        self.guards = guards
        self.token = token
        self._opened = opened
        self.counts = {"logins": 0, "login_failures": 0, "logins_limited": 0}
        self.counts |= {_counter(one): 0 for one in (*KNOWN, OLD)}

    def mechanisms(self, channel: Channel) -> list[str]:
        """
        What somebody may log in by, the best first; nothing without TLS,
        unless it is a phone.
        """
        if not (channel.secure or channel.phone):
            return []
        left = {"DIGEST-MD5"} if not channel.phone else set()
        if not channel.bindings:
            left.update(name + scram.PLUS for name in scram.HASHES)
        return [name for name in KNOWN if name not in left]

    def numberOf(self, name: str) -> str:
        """
        The number that a user name means: itself, or the front of an address
        of ours.

        @return: C{""} for none.
        """
        jid = parseJid(name if "@" in name else f"{name}@{self.domain}")
        if jid is None or jid.domain != self.domain or jid.resource:
            return ""
        # Nobody fills our tables with names that no account can have.
        return jid.local if _NUMBER.fullmatch(jid.local) else ""

    def passwordOf(self, account: Account | None) -> str:
        """
        An account's password, C{""} where nobody can tell.
        """
        try:
            return self._opened(account) if account else ""
        except VaultError:
            return ""

    def failed(self, attempt: LoginAttempt) -> None:
        """
        It was wrong.
        """
        host = attempt.channel.host
        self.counts["login_failures"] += 1
        self.guards.hosts.failed(host, attempt.now)
        self.guards.pairs.failed(f"{host} {attempt.number}", attempt.now)

    def proven(self, attempt: LoginAttempt, mechanism: str) -> None:
        """
        It was right.
        """
        host = attempt.channel.host
        self.counts[_counter(mechanism)] += 1
        self.counts["logins"] += 1
        self.guards.hosts.proven(host)
        self.guards.pairs.proven(f"{host} {attempt.number}")

    def admit(self, attempt: LoginAttempt) -> None:
        """
        Insist that an address has not guessed too often.

        @raise LoginError: it has.
        """
        if not self.guards.hosts.admits(attempt.channel.host, attempt.now):
            self._refuse()

    def _refuse(self) -> None:
        self.counts["logins_limited"] += 1
        raise LoginError("temporary-auth-failure", BUSY)

    def named(self, attempt: LoginAttempt, name: str, authzid: str) -> Account | None:
        """
        The account of a user name; C{None} where nobody can log in to it.

        @raise LoginError: he may not try, or wants to be somebody else.
        """
        number = attempt.number = self.numberOf(name)
        channel = attempt.channel
        if authzid and parseJid(authzid) != Jid(number, self.domain, ""):
            raise LoginError("invalid-authzid")
        if not self.guards.pairs.admits(f"{channel.host} {number}", attempt.now):
            self._refuse()
        account = self.registry.accounts.get(number)
        if account is None or account.password:
            return account
        if account.login == "factory" and channel.phone:
            raise LoginError("account-disabled", FACTORY)
        return None

    def checked(self, account: Account | None, password: str) -> str:
        """
        Compare a password; for nobody's the same work is done.

        @return: the number.
        @raise LoginError: it is wrong.
        """
        true = self.passwordOf(account)
        right = same(password, true or "\0")
        if not right or not true or account is None:
            raise LoginError
        return account.number
