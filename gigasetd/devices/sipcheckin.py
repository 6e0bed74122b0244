# -*- test-case-name: tests.devices.test_sipcheckin -*-
"""
Check-ins that come by SIP: what a registration tells about its device.

Layer 2 (rules).
"""

from __future__ import annotations

import re

from gigasetd.devices.access import provenHost
from gigasetd.devices.admission import ReportAdmission
from gigasetd.devices.checkin import Facts
from gigasetd.devices.useragent import parseUserAgent
from gigasetd.registry.model import Binding

HOUR = 3600
"""Seconds after which the same facts are reported again."""

_HOST = re.compile(r"sips?:(?:[^@<>]{0,256}@)?(\[[0-9A-Fa-f:.]+\]|[0-9.]+)")


class SipCheckIns:
    """
    Listens to registrations, up to a thousand a second; returns at once from
    those that tell nothing new.
    """

    def __init__(self, reports: ReportAdmission) -> None:
        self._reports = reports
        self._registry = reports.registry

    def registered(self, old: Binding | None, new: Binding | None) -> None:
        """
        Record a new or refreshed registration as a check-in.
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
        # Only a phone's User-Agent is believed.  The number's own device is meant,
        # whichever MAC the header names: the number is proven, the MAC is not.
        agent = parseUserAgent(binding.user_agent)
        own = self._registry.macs.get(binding.number)
        mac = own or agent.mac
        if not mac or not agent.base:
            return
        facts = Facts(
            mac,
            product=agent.base,
            software_version=agent.firmware,
            private_ip=_privateAddress(binding.contact),
            public_ip=binding.host,
        )
        host = binding.host
        proven = self._reports.local.contains(host) or (
            bool(binding.proven) if own else host == provenHost(self._registry, mac)
        )
        self._reports.report(facts, proven, binding.registered)


def _privateAddress(contact: str) -> str:
    # C{""} where the Contact has a host name.
    match = _HOST.search(contact)
    return match[1].strip("[]") if match else ""
