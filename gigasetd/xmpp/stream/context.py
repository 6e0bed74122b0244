# -*- test-case-name: tests.xmpp.stream.test_stream -*-
"""
What all client streams of the server share.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred

from gigasetd.config.sections.xmpp import XmppSection
from gigasetd.process.readturns import ReadTurns
from gigasetd.registry.model import Scram
from gigasetd.xmpp.auth.policy import LoginPolicy
from gigasetd.xmpp.executor import Executor
from gigasetd.xmpp.reload import limitsAfter, limitsBefore
from gigasetd.xmpp.stream.tls import StreamTLS


class StreamContext:
    """
    What all client streams share.

    @ivar section: the configuration's C{xmpp} section.
    @ivar names: our domain, then the other names that phones may call us by.
    @ivar domain: our domain.
    @ivar before: limits of a stream's XML before the log-in.
    @ivar after: and after it.
    @ivar derive: makes SCRAM keys in a thread, by
        L{gigasetd.xmpp.auth.scram.keysOf}.
    @ivar token: makes a random id that cannot be guessed.
    @ivar turns: shares the time among the streams.
    @ivar counts: errors and refusals, by name.
    """

    def __init__(
        self,
        section: XmppSection,
        names: tuple[str, ...],
        executor: Executor,
        logins: LoginPolicy,
        tls: StreamTLS,
        derive: Callable[[str, str, str, str], Deferred[Scram]],
    ) -> None:
        self.names, self.domain = names, names[0]
        self.executor, self.logins, self.tls = executor, logins, tls
        self.derive, self.token = derive, logins.token
        self.now, self.reactor = executor.now, executor.reactor
        self.counts = executor.counts
        self.turns = ReadTurns(self.reactor, self.now)
        self.follow(section)

    def follow(self, section: XmppSection) -> None:
        """
        Apply a changed configuration.
        """
        self.section = section
        self.after, self.before = limitsAfter(section), limitsBefore(section)

    def isPhone(self, host: str) -> bool:
        """
        Whether an address is in the networks of phones.
        """
        return self.section.phone_networks.contains(host)
