# -*- test-case-name: tests.control.test_service -*-
"""
What is going on beside the registry, as C{gigasetctl}, C{/health} and
C{/metrics} read it.

Assembly fills it in; nobody else writes.

Layer 1 (state).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from gigasetd.config.reload import Following
from gigasetd.devices.firmware import FirmwareImage
from gigasetd.registry.lastseen import LastSeen
from gigasetd.registry.model import Binding


def _noCalls() -> list[dict[str, Any]]:
    """
    Before the servers run, there is neither call nor stream.
    """
    return []


def _dead(binding: Binding) -> bool:
    """
    Before SIP runs, nobody is reachable.
    """
    return False


def _noSync(number: str, reboot: bool) -> int:
    """
    Before SIP runs, nobody can be asked.
    """
    return 0


def _mute(number: str, text: str, language: str, now: float) -> str:
    """
    Without information services there is nothing to tell.
    """
    return ""


def _noStore() -> dict[str, Any]:
    """
    Before the store is open, nothing is known of it.
    """
    return {"ok": False, "detail": "not open"}


class Warden(Protocol):
    """
    L{gigasetd.ratelimit.guard.Guard}, as far as the operator is concerned.
    """

    def bans(self, now: float) -> Mapping[str, float]:
        """
        The addresses that are silenced -> the seconds that are left.
        """

    def lift(self, host: str) -> bool:
        """
        Let an address in again; whether it was kept out.
        """


@dataclass
class Live:
    """
    @ivar started: when the daemon started, epoch seconds.
    @ivar ready: whether the registry is loaded and all listeners are bound.
    @ivar calls: the calls under way: dicts with C{call_id, caller, callee,
        since} (epoch seconds) and C{state} ("ringing" or "talking").
    @ivar streams: the sessions of messaging: dicts with C{jid, address, port,
        since, secure, mechanism, resource, priority, presence} and more.
    @ivar reachable: whether a binding's flow is alive.
    @ivar sync: makes a number's phones fetch their settings; takes the number
        and whether they may start anew for it, returns how many were asked.
    @ivar store: the store's state: a dict with C{ok} (bool), C{detail} (a
        sentence, "" when ok), C{kind} ("sqlite"), C{pending} (keys that wait
        for the database), C{oldest} (seconds the oldest of them has waited),
        C{flushed} and C{number} (change numbers).
    @ivar stock: the firmwares that the operator has for phones.
    @ivar counts: part -> its counters by name, read when scraped; they only
        grow.
    @ivar gauges: part -> its present figures by name, read when scraped.
    @ivar asked: address -> when it last asked our resolver for a name that
        leads here.
    @ivar fetched: MAC -> when its settings were last fetched.
    @ivar guards: part -> who keeps those out that guess.
    @ivar reload: reads the configuration again; returns the keys that need a
        restart, or raises L{gigasetd.config.schema.ConfigError}.
    @ivar following: who takes over what when the configuration is read again.
    @ivar sources: how the sources of information are doing, as
        L{gigasetd.info.fetch.sourcestatus.sourceRows} tells it.
    @ivar chat: what the information services answer to an account's text in
        that language at that time.
    @ivar forgetting: take the time in epoch seconds and let go what is too
        old, of things held in memory only.
    @ivar description: the document that SSDP points to, C{b""} for none.
    """

    started: float = 0.0
    ready: bool = False
    calls: Callable[[], list[dict[str, Any]]] = _noCalls
    streams: Callable[[], list[dict[str, Any]]] = _noCalls
    reachable: Callable[[Binding], bool] = _dead
    sync: Callable[[str, bool], int] = _noSync
    store: Callable[[], dict[str, Any]] = _noStore
    stock: Callable[[], Sequence[FirmwareImage]] = tuple
    counts: dict[str, Mapping[str, int]] = field(default_factory=dict)
    gauges: dict[str, Callable[[], Mapping[str, float]]] = field(default_factory=dict)
    asked: LastSeen = field(default_factory=LastSeen)
    fetched: LastSeen = field(default_factory=LastSeen)
    chat: Callable[[str, str, str, float], str] = _mute
    forgetting: list[Callable[[float], None]] = field(default_factory=list)
    description: Callable[[], bytes] = bytes
    sources: Callable[[], list[dict[str, Any]]] = list
    guards: dict[str, Warden] = field(default_factory=dict)
    reload: Callable[[], list[str]] = list
    following: Following = field(default_factory=Following)
