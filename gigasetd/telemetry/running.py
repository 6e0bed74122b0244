# -*- test-case-name: tests.site.test_site -*-
"""
What running parts offer to others: a value that assembly fills part by part.

Each default is the answer of a daemon without that part.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from gigasetd.devices.firmware import FirmwareImage
from gigasetd.registry.model import Binding

T = TypeVar("T")


def _noChat(number: str, text: str, language: str, now: float) -> str:
    return ""


def _call(bind: Callable[[], T]) -> T:
    return bind()


@dataclass(frozen=True)
class Running:
    """
    @ivar calls: the active calls: dicts with C{call_id, caller, callee, since}
        (epoch seconds) and C{state} ("ringing" or "talking").
    @ivar streams: the XMPP sessions: dicts with C{jid, address, port, since,
        secure, mechanism, resource, priority, presence} and more.
    @ivar reachable: whether a binding's flow is alive.
    @ivar sync: asks a number's phones to fetch their settings; takes the number
        and whether they may restart for it, returns how many were asked.
    @ivar firmware: the firmware files that the operator offers.
    @ivar sources: the state of each source of information, as
        L{gigasetd.info.fetch.sourcestatus.sources} has it.
    @ivar chat: the information services' reply to an account's text: takes
        number, text, language and the time in epoch seconds.
    @ivar besideSIP: calls a function that binds a UDP port of SIP's to a
        multicast address as well.
    """

    calls: Callable[[], list[dict[str, Any]]] = list
    streams: Callable[[], list[dict[str, Any]]] = list
    reachable: Callable[[Binding], bool] = lambda binding: False
    sync: Callable[[str, bool], int] = lambda number, reboot: 0
    firmware: Callable[[], Sequence[FirmwareImage]] = tuple
    sources: Callable[[], list[dict[str, Any]]] = list
    chat: Callable[[str, str, str, float], str] = _noChat
    besideSIP: Callable[[Callable[[], Any]], Any] = _call
