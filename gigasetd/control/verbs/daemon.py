# -*- test-case-name: tests.control.verbs.test_daemon -*-
"""
What the operator can ask of the running daemon, verb by verb.

The socket, the waiting and the disk are L{gigasetd.control.dispatcher}'s.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gigasetd.accounts.proposal import Numbering
from gigasetd.config.schema import ConfigError
from gigasetd.control.documents import bindingRow
from gigasetd.control.messages import Answer, Asked, Verb, View, chunks
from gigasetd.control.verbs.bans import Banned
from gigasetd.control.verbs.checkphone import Journey
from gigasetd.control.verbs.devices import Devices
from gigasetd.control.verbs.messages import Messages
from gigasetd.control.verbs.notices import NoticeVerbs
from gigasetd.control.verbs.tokens import TokenVerbs
from gigasetd.errors import BadValue
from gigasetd.registry.model import Binding
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import subjectOf
from gigasetd.site.live import Live


@dataclass
class Verbs:
    """
    @ivar numbering: what numbers and passwords are made by.
    @ivar secret: makes a fresh token.
    @ivar now: epoch seconds.
    @ivar version: the program's version.
    """

    registry: Registry
    live: Live
    numbering: Numbering
    secret: Callable[[], str]
    now: Callable[[], float]
    version: str

    def table(self) -> dict[str, Verb]:
        """
        The verbs by name.
        """
        devices = Devices(self.registry, self.live, self.numbering, self.now)
        return {
            **devices.table(),
            **Banned(self.live, self.now).table(),
            **Messages(self.registry, self.numbering, self.secret, self.now).table(),
            "status": self.status,
            "registrations": self.registrations,
            "calls": self.calls,
            "streams": self.streams,
            "reload": self.reload,
            "check phone": self.checkPhone,
            **NoticeVerbs(self.registry, self.now).table(),
            **TokenVerbs(self.registry, self.secret, self.now).table(),
        }

    def status(self, asked: Asked) -> Answer:
        """
        How the daemon is.
        """
        registry, live = self.registry, self.live
        streams = live.gauges.get("xmpp", dict)().get("streams", 0)
        counts = {
            "devices": len(registry.devices),
            "guests": len(registry.checkins.keys() - registry.devices.keys()),
            "accounts": len(registry.accounts),
            "bindings": sum(map(len, registry.bindings.values())),
            "calls": len(live.calls()),
            "streams": int(streams),
        }
        return Answer(
            {
                "version": self.version,
                "uptime": round(max(0.0, self.now() - live.started), 1),
                "ready": live.ready,
                "counts": counts,
                "store": live.store(),
            }
        )

    def registrations(self, asked: Asked) -> Answer:
        """
        All live bindings.
        """
        return Answer(None, chunks(self._registrations(self.now())))

    def _registrations(self, now: float) -> Iterator[View]:
        """
        All live bindings, one by one; the registry may change in between.
        """
        none: tuple[Binding, ...] = ()
        for number in list(self.registry.bindings):
            for binding in self.registry.bindings.get(number, none):
                if binding.expires > now:
                    yield bindingRow(binding, now, self.live.reachable)

    def calls(self, asked: Asked) -> Answer:
        """
        The calls under way.
        """
        return Answer(None, chunks(iter(self.live.calls())))

    def streams(self, asked: Asked) -> Answer:
        """
        The sessions of messaging.
        """
        return Answer(None, chunks(iter(self.live.streams())))

    def reload(self, asked: Asked) -> Answer:
        """
        Read the configuration again; tell what needs a restart.

        @raise BadValue: it has faults, and nothing is changed.
        """
        try:
            return Answer({"restart": self.live.reload()})
        except ConfigError as error:
            raise BadValue("; ".join(error.lines)) from None

    def checkPhone(self, asked: Asked) -> Answer:
        """
        How far one device has come, step by step.

        @raise gigasetd.errors.Unknown: nobody has that ID.
        """
        live, who = self.live, subjectOf(self.registry, asked.text("id").strip())
        way = Journey(
            who,
            live.reachable,
            live.asked,
            live.fetched,
            live.streams(),
            self.now(),
        )
        return Answer(None, iter([way.steps()]))
