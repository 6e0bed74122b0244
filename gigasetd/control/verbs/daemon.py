# -*- test-case-name: tests.control.verbs.test_daemon -*-
"""
The verbs about the daemon itself: C{status}, C{registrations}, C{calls},
C{streams}, C{reload} and C{check phone}.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gigasetd.config.schema import ConfigError
from gigasetd.control.documents import bindingRow
from gigasetd.control.messages import Document, Result, Verb, VerbRequest, chunks
from gigasetd.control.verbs.checkphone import PhoneCheck
from gigasetd.errors import BadValue
from gigasetd.registry.model import Binding
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import subjectOf
from gigasetd.telemetry.running import Running
from gigasetd.telemetry.status import Status


@dataclass
class DaemonVerbs:
    """
    @ivar reloadConfig: reads the configuration again; returns the keys that
        need a restart.
    @ivar version: the program's version.
    """

    registry: Registry
    state: Status
    running: Running
    reloadConfig: Callable[[], list[str]]
    version: str

    def table(self) -> dict[str, Verb]:
        """
        The verbs by name.
        """
        return {
            "status": self.status,
            "registrations": self.registrations,
            "calls": self.calls,
            "streams": self.streams,
            "reload": self.reload,
            "check phone": self.checkPhone,
        }

    def status(self, request: VerbRequest) -> Result:
        """
        Report version, uptime, counts and the state of the store.
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
        document = {
            "version": self.version,
            "uptime": round(max(0.0, request.now - state.started), 1),
            "ready": state.ready,
            "counts": counts,
            "store": state.store(),
        }
        warnings = state.warn()
        return Result(document | ({"warnings": warnings} if warnings else {}))

    def registrations(self, request: VerbRequest) -> Result:
        """
        List the SIP registrations that have not expired.
        """
        return Result(None, chunks(self._registrations(request.now)))

    def _registrations(self, now: float) -> Iterator[Document]:
        none: tuple[Binding, ...] = ()
        # The registry may change between two chunks.
        for number in list(self.registry.bindings):
            for binding in self.registry.bindings.get(number, none):
                if binding.expires > now:
                    yield bindingRow(binding, now, self.running.reachable)

    def calls(self, request: VerbRequest) -> Result:
        """
        List active calls.
        """
        return Result(None, chunks(iter(self.running.calls())))

    def streams(self, request: VerbRequest) -> Result:
        """
        List XMPP sessions.
        """
        return Result(None, chunks(iter(self.running.streams())))

    def reload(self, request: VerbRequest) -> Result:
        """
        Apply configuration changes; list the keys that need a restart.

        @raise BadValue: the configuration has faults, and nothing is changed.
        """
        try:
            return Result({"restart": self.reloadConfig()})
        except ConfigError as error:
            raise BadValue("; ".join(error.lines)) from None

    def checkPhone(self, request: VerbRequest) -> Result:
        """
        Diagnose a phone's connection, step by step.

        @raise gigasetd.errors.Unknown: no device has that ID.
        """
        check = PhoneCheck(
            subjectOf(self.registry, request.text("id").strip()),
            self.running.reachable,
            self.state.resolved,
            self.state.fetched,
            self.running.streams(),
            request.now,
        )
        return Result(None, iter([check.steps()]))
