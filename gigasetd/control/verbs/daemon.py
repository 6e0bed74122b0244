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
from gigasetd.telemetry.running import Running
from gigasetd.telemetry.status import Status


@dataclass
class Verbs:
    """
    @ivar renew: reads the configuration again; returns the keys that need a
        restart.
    @ivar numbering: what numbers and passwords are made by.
    @ivar secret: makes a fresh token.
    @ivar now: epoch seconds.
    @ivar version: the program's version.
    """

    registry: Registry
    state: Status
    running: Running
    renew: Callable[[], list[str]]
    numbering: Numbering
    secret: Callable[[], str]
    now: Callable[[], float]
    version: str

    def table(self) -> dict[str, Verb]:
        """
        The verbs by name.
        """
        devices = Devices(self.registry, self.running, self.numbering, self.now)
        return {
            **devices.table(),
            **Banned(self.state.guards, self.now).table(),
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
        registry, state = self.registry, self.state
        streams = state.gauges.get("xmpp", dict)().get("streams", 0)
        counts = {
            "devices": len(registry.devices),
            "guests": len(registry.checkins.keys() - registry.devices.keys()),
            "accounts": len(registry.accounts),
            "bindings": sum(map(len, registry.bindings.values())),
            "calls": len(self.running.calls()),
            "streams": int(streams),
        }
        return Answer(
            {
                "version": self.version,
                "uptime": round(max(0.0, self.now() - state.started), 1),
                "ready": state.ready,
                "counts": counts,
                "store": state.store(),
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
                    yield bindingRow(binding, now, self.running.reachable)

    def calls(self, asked: Asked) -> Answer:
        """
        The calls under way.
        """
        return Answer(None, chunks(iter(self.running.calls())))

    def streams(self, asked: Asked) -> Answer:
        """
        The sessions of messaging.
        """
        return Answer(None, chunks(iter(self.running.streams())))

    def reload(self, asked: Asked) -> Answer:
        """
        Read the configuration again; tell what needs a restart.

        @raise BadValue: it has faults, and nothing is changed.
        """
        try:
            return Answer({"restart": self.renew()})
        except ConfigError as error:
            raise BadValue("; ".join(error.lines)) from None

    def checkPhone(self, asked: Asked) -> Answer:
        """
        How far one device has come, step by step.

        @raise gigasetd.errors.Unknown: nobody has that ID.
        """
        who = subjectOf(self.registry, asked.text("id").strip())
        way = Journey(
            who,
            self.running.reachable,
            self.state.resolved,
            self.state.fetched,
            self.running.streams(),
            self.now(),
        )
        return Answer(None, iter([way.steps()]))
