# -*- test-case-name: tests.control.verbs.test_checkphone -*-
"""
C{check phone}: diagnoses a phone's connection, from its first DNS query to its
registration, and advises what to do where it fails.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

from gigasetd.control.messages import Document
from gigasetd.registry.lastseen import LastSeen
from gigasetd.registry.model import Binding
from gigasetd.registry.subject import Subject

FRESH = 2 * 86400.0
"""Seconds after which a check-in is overdue: phones check in daily."""

DNS = "run `gigasetctl check dns` to see whether the vendor's names lead here"
WAKE = "unplug the base for ten seconds, and wait two minutes"


class CheckStep(NamedTuple):
    """
    The result of one step.
    """

    step: str
    ok: bool | None  #: C{None} where it is unknown, or does not matter
    detail: str  #: what is known, one sentence
    advice: str = ""  #: what to do, C{""} for nothing


@dataclass(frozen=True)
class PhoneCheck:
    """
    The facts about one phone.

    @ivar reachable: whether a request can be sent to a binding now.
    @ivar resolved: address -> when it last queried the resolver for a vendor's
        name.
    @ivar fetched: MAC -> when its settings were last fetched.
    @ivar streams: the XMPP sessions, as in L{gigasetd.telemetry.running.Running}.
    @ivar now: epoch seconds.
    """

    subject: Subject
    reachable: Callable[[Binding], bool]
    resolved: LastSeen
    fetched: LastSeen
    streams: Sequence[Document]
    now: float

    def steps(self) -> list[Document]:
        """
        Check all steps.

        @return: dicts with C{step, ok, detail, advice}, in the order in which
            a phone takes them.
        """
        steps = [self.names(), self.report(), self.settings(), self.registration()]
        if self.subject.account:
            steps += [self.messaging(), self.information()]
        return [step._asdict() for step in steps]

    def names(self) -> CheckStep:
        """
        Check whether the phone uses this server's resolver.
        """
        checkin = self.subject.checkin
        hosts = {binding.host for binding in self.subject.bindings}
        if checkin:
            hosts |= {checkin.private_ip, checkin.public_ip}
        last = self.resolved.when(*hosts - {""})
        if last:
            detail = (
                f"The phone asked this server for a vendor's name {self._ago(last)}."
            )
            return CheckStep("dns", True, detail)
        detail = (
            "The phone has not asked this server's resolver lately, or uses another "
            "one."
        )
        # A phone that registers finds this server, by whichever resolver.
        return CheckStep("dns", None, detail, "" if self._alive() else DNS)

    def report(self) -> CheckStep:
        """
        Check whether the phone has checked in.
        """
        checkin = self.subject.checkin
        if checkin is None and self._alive():
            detail = "The phone has never checked in, but it registers."
            return CheckStep("check-in", None, detail)
        if checkin is None:
            detail = "This server has never seen the phone."
            advice = f"check the base's plug and network connection; {WAKE}; {DNS}"
            return CheckStep("check-in", False, detail, advice)
        place = f", from {checkin.public_ip}" if checkin.public_ip else ""
        detail = f"The phone was last seen {self._ago(checkin.seen)}{place}."
        if self.now - checkin.seen > FRESH and not self._alive():
            advice = f"the daily check-in is overdue: {WAKE}; {DNS}"
            return CheckStep("check-in", False, detail, advice)
        return CheckStep("check-in", True, detail)

    def settings(self) -> CheckStep:
        """
        Check whether the phone has fetched its settings.
        """
        if self.subject.device is None:
            detail = (
                "There are no settings for the phone: its MAC address was not added."
            )
            return CheckStep("provisioning", None, detail)
        last = self.fetched.when(self.subject.mac)
        if last:
            detail = f"The phone fetched its settings {self._ago(last)}."
            return CheckStep("provisioning", True, detail)
        detail = (
            "The phone has not fetched its settings since the daemon started, or its "
            "account was entered by hand."
        )
        advice = (
            "" if self._alive() else "let the base check for settings, or restart it"
        )
        return CheckStep("provisioning", None, detail, advice)

    def registration(self) -> CheckStep:
        """
        Check whether the phone is registered and can be called.
        """
        step, account = "registration", self.subject.account
        if account is None:
            advice = f"run `gigasetctl device add --mac {self.subject.mac}`"
            return CheckStep(
                step, False, "The phone was not added: it has no number.", advice
            )
        if not account.offers("voip"):
            advice = f"run `gigasetctl service enable {account.number} voip`"
            return CheckStep(
                step, False, "Telephony (the service voip) is turned off.", advice
            )
        alive = self._alive()
        if not alive:
            return CheckStep(step, False, *self._unregistered())
        left = ceil(max(binding.expires for binding in alive) - self.now)
        count = f"{len(alive)} times" if len(alive) > 1 else "once"
        detail = f"{account.number} is registered {count}, for {left} s more"
        if not any(map(self.reachable, alive)):
            advice = f"{WAKE}; if that helps only for a while, enable STUN in the base"
            return CheckStep(step, False, f"{detail}, but is not reachable.", advice)
        return CheckStep(step, True, f"{detail}, and reachable.")

    def messaging(self) -> CheckStep:
        """
        Check whether the phone has an XMPP session; many models never do.
        """
        off = self._turnedOff("messaging")
        if off:
            return off
        prefix = f"{self.subject.number}@"
        count = sum(str(each.get("jid")).startswith(prefix) for each in self.streams)
        if count:
            times = f"{count} times" if count > 1 else "once"
            detail = f"The phone is logged in for messaging {times}."
            return CheckStep("messaging", True, detail)
        return CheckStep("messaging", None, "The phone is not logged in for messaging.")

    def information(self) -> CheckStep:
        """
        Check whether the information pages have been opened on the phone.
        """
        off = self._turnedOff("info")
        if off:
            return off
        if self.subject.profiles:
            detail = "The information pages have been opened on the phone."
            return CheckStep("info", True, detail)
        detail = "The information pages have not been opened on the phone yet."
        return CheckStep("info", None, detail)

    def _turnedOff(self, service: str) -> CheckStep | None:
        account = self.subject.account
        if account is None or account.offers(service):
            return None
        advice = f"run `gigasetctl service enable {account.number} {service}`"
        return CheckStep(service, None, f"The service {service} is turned off.", advice)

    def _unregistered(self) -> tuple[str, str]:
        """
        Explain why an account has no registration, as far as it is known.

        @return: detail and advice.
        """
        account, pin = self.subject.account, self.subject.pin
        number = self.subject.number
        factory = account is not None and account.login == "factory"
        if factory and not (pin is not None and pin.answer):
            detail = f"No phone has used the factory log-in of {number} yet."
            advice = f"enable the Gigaset.net connection in the base; {WAKE}"
            return detail, advice
        if factory:
            detail = f"{number} is not registered; it is paired with a phone."
            reset = f"`gigasetctl device reset-pin {number}` if the base was replaced"
            return detail, f"{WAKE}; {reset}"
        detail = f"{number} is not registered."
        return detail, (
            "compare number, domain and server in the base with those of this server, "
            f"and enter the password again (`gigasetctl device password {number}` "
            "makes a new one)"
        )

    def _alive(self) -> list[Binding]:
        return [each for each in self.subject.bindings if each.expires > self.now]

    def _ago(self, then: float) -> str:
        seconds = max(0, round(self.now - then))
        for name, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
            if seconds >= size:
                count = seconds // size
                return f"{count} {name}{'s' if count > 1 else ''} ago"
        return "just now"
