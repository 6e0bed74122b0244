# -*- test-case-name: tests.devices.test_sipcheckin -*-
"""
What a registration tells about the device: a check-in that comes by SIP.

Layer 2 (rules).
"""

from __future__ import annotations

import re

from gigasetd.devices.checkin import Facts, report
from gigasetd.devices.useragent import parseUserAgent
from gigasetd.registry.model import Binding
from gigasetd.registry.registry import Registry

HOUR = 3600
"""Seconds after which the same facts are reported again."""

_HOST = re.compile(r"sips?:(?:[^@<>]{0,256}@)?(\[[0-9A-Fa-f:.]+\]|[0-9.]+)")


class SipCheckIns:
    """
    Hears of each registration, a thousand a second: what is no news is left
    at once.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def registered(self, old: Binding | None, new: Binding | None) -> None:
        """
        A binding has changed.
        """
        if new is None or (
            old is not None
            and old.user_agent == new.user_agent
            and old.host == new.host
            and old.registered // HOUR == new.registered // HOUR
        ):
            return
        self._report(new)

    def _report(self, binding: Binding) -> None:
        """
        Note what a phone says of itself; only phones are believed.

        The number's own device is meant, whichever MAC the phone tells: the
        number is proven and the MAC is not.
        """
        agent = parseUserAgent(binding.user_agent)
        mac = self._registry.macs.get(binding.number) or agent.mac
        if not mac or not agent.base:
            return
        facts = Facts(
            mac,
            product=agent.base,
            software_version=agent.firmware,
            private_ip=_privateAddress(binding.contact),
            public_ip=binding.host,
        )
        report(self._registry, facts, binding.registered)


def _privateAddress(contact: str) -> str:
    """
    The address that a phone believes to have, C{""} where it tells a name.
    """
    found = _HOST.search(contact)
    return found[1].strip("[]") if found else ""
