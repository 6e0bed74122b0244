# -*- test-case-name: tests.control.verbs.test_checkphone -*-
"""
How far a device has come, from its first question to its registration, and
what its owner can do where it stops: C{gigasetctl check phone}.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple, Union

from gigasetd.control.messages import View
from gigasetd.registry.lastseen import LastSeen
from gigasetd.registry.model import Binding
from gigasetd.registry.subject import Subject

FRESH = 2 * 86400.0
"""Seconds in which a device that lives has checked in: it does so daily."""

DNS = "have `gigasetctl check dns` tell whether the network's names lead here"
WAKE = "unplug the base for ten seconds, and wait two minutes"


class Step(NamedTuple):
    """
    One stage of the way.
    """

    step: str
    ok: Union[bool, None]  #: C{None} where it cannot be told
    detail: str  #: what is known, as a sentence
    advice: str = ""  #: what to do, C{""} for nothing


@dataclass(frozen=True)
class Journey:
    """
    @ivar reachable: whether a binding's flow is alive.
    @ivar asked: address -> when it last asked our resolver for a vendor's name.
    @ivar fetched: MAC -> when its settings were last fetched.
    @ivar streams: the XMPP sessions, as in L{gigasetd.telemetry.running.Running}.
    @ivar now: epoch seconds.
    """

    subject: Subject
    reachable: Callable[[Binding], bool]
    asked: LastSeen
    fetched: LastSeen
    streams: Sequence[View]
    now: float

    def steps(self) -> list[View]:
        """
        The stages in their order: dicts with C{step, ok, detail, advice}.
        """
        stages = [self.names(), self.report(), self.settings(), self.registration()]
        if self.subject.account:
            stages += [self.messaging(), self.information()]
        return [stage._asdict() for stage in stages]

    def names(self) -> Step:
        """
        Whether it asks our resolver.
        """
        checkin = self.subject.checkin
        hosts = {binding.host for binding in self.subject.bindings}
        if checkin:
            hosts |= {checkin.private_ip, checkin.public_ip}
        last = self.asked.when(*hosts - {""})
        if last:
            told = f"It asked our resolver for a vendor's name {self._ago(last)}."
            return Step("dns", True, told)
        told = (
            "Whether it finds this server by name is unknown: it has not asked our "
            "resolver lately, or asks another one."
        )
        return Step("dns", None, told, DNS)

    def report(self) -> Step:
        """
        Whether it has checked in.
        """
        checkin = self.subject.checkin
        if checkin is None and self._alive():
            told = "It never told what it is, but it registers."
            return Step("check-in", None, told)
        if checkin is None:
            told = "It has never been heard of here."
            advice = f"see that it is plugged in and has this network; {WAKE}; {DNS}"
            return Step("check-in", False, told, advice)
        place = f", from {checkin.public_ip}" if checkin.public_ip else ""
        told = f"It was last seen {self._ago(checkin.seen)}{place}."
        if self.now - checkin.seen > FRESH and not self._alive():
            return Step("check-in", False, told, f"it is overdue: {WAKE}; {DNS}")
        return Step("check-in", True, told)

    def settings(self) -> Step:
        """
        Whether it has fetched its settings.
        """
        if self.subject.device is None:
            told = "There are no settings for it, since its MAC was not added."
            return Step("provisioning", None, told)
        last = self.fetched.when(self.subject.mac)
        if last:
            told = f"It fetched its settings {self._ago(last)}."
            return Step("provisioning", True, told)
        told = (
            "Whether it fetches its settings is unknown: it has not since the daemon "
            "started, or its account was typed in by hand."
        )
        advice = "" if self._alive() else "have it check for settings, or restart it"
        return Step("provisioning", None, told, advice)

    def registration(self) -> Step:
        """
        Whether it can be called.
        """
        account = self.subject.account
        if account is None:
            told = "It is a guest here: it has no number."
            advice = f"`gigasetctl device add --mac {self.subject.mac}`"
            return Step("registration", False, told, advice)
        if not account.offers("voip"):
            told = "Its telephone service is switched off."
            advice = f"`gigasetctl service enable {account.number} voip`"
            return Step("registration", False, told, advice)
        alive = self._alive()
        if not alive:
            return Step("registration", False, *self._unregistered())
        last = max(alive, key=lambda binding: binding.expires)
        left = ceil(last.expires - self.now)
        told = f"{account.number} is registered {len(alive)}x, for {left} s more"
        if not any(map(self.reachable, alive)):
            advice = f"{WAKE}; where that helps for a while only, enable STUN in it"
            return Step("registration", False, f"{told}, but not reachable.", advice)
        return Step("registration", True, f"{told}, and reachable.")

    def messaging(self) -> Step:
        """
        Whether it is connected for messages; many models never are.
        """
        off = self._switchedOff("messaging")
        if off:
            return off
        whose = f"{self.subject.number}@"
        count = sum(str(each.get("jid")).startswith(whose) for each in self.streams)
        if count:
            return Step("messaging", True, f"It is connected for messages, {count}x.")
        return Step("messaging", None, "It is not connected for messages.")

    def information(self) -> Step:
        """
        Whether anybody has opened the information pages on it.
        """
        off = self._switchedOff("info")
        if off:
            return off
        if self.subject.profiles:
            return Step("info", True, "The information pages have been opened on it.")
        told = "Nobody has opened the information pages on it yet."
        return Step("info", None, told)

    def _switchedOff(self, service: str) -> Step | None:
        """
        What to say of a service that its owner does not want.
        """
        account = self.subject.account
        if account is None or account.offers(service):
            return None
        advice = f"`gigasetctl service enable {account.number} {service}`"
        return Step(service, None, "This service is switched off.", advice)

    def _unregistered(self) -> tuple[str, str]:
        """
        What is known of an account that nobody is registered with, and what
        to do.
        """
        account, pin = self.subject.account, self.subject.pin
        number = self.subject.number
        pinned = pin is not None and pin.answer
        factory = account is not None and account.login == "factory"
        if factory and not pinned:
            told = f"No phone has logged in as {number} with its factory password."
            return told, f"switch on the Gigaset.net connection in the base; {WAKE}"
        if factory:
            told = f"{number} is not registered; a factory answer is pinned."
            reset = f"`gigasetctl device reset-pin {number}` if the base was replaced"
            return told, f"{WAKE}; {reset}"
        told = f"{number} is not registered."
        return told, (
            "compare number, domain and server in the base with ours, and give it the "
            f"password again (`gigasetctl device password {number}` makes a new one)"
        )

    def _alive(self) -> list[Binding]:
        """
        Its registrations that have not expired.
        """
        return [each for each in self.subject.bindings if each.expires > self.now]

    def _ago(self, then: float) -> str:
        """
        A moment, as long as it is past.
        """
        seconds = max(0, round(self.now - then))
        for name, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
            if seconds >= size:
                count = seconds // size
                return f"{count} {name}{'s' if count > 1 else ''} ago"
        return "just now"
