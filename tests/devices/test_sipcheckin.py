"""
Tests for L{gigasetd.devices.sipcheckin}.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.accounts.enrolment import addDevice
from gigasetd.accounts.proposal import NewDevice
from gigasetd.config.networks import Networks
from gigasetd.devices.admission import ReportAdmission
from gigasetd.devices.sipcheckin import SipCheckIns
from gigasetd.ratelimit.source import sourceOf
from gigasetd.registry.model import Binding
from tests.registry.populated import MAC, NOW, NUMBER, OTHER, binding, empty, numbering

AGENT = "C610 IP/42.258.00.000.000"


class SightingTests(SynchronousTestCase):
    """
    Check-ins that come by SIP.
    """

    def setUp(self) -> None:
        """
        A device that has not reported yet.
        """
        self.registry = empty()
        new = NewDevice(MAC, NUMBER, "correct 9 x")
        addDevice(self.registry, new, numbering(), NOW)
        self.reports = ReportAdmission(
            self.registry, Networks(["192.168.0.0/16"]), sourceOf
        )
        self.registry.listen("binding", SipCheckIns(self.reports).registered)

    def register(self, after: float = 0.0, agent: str = AGENT, **more: Any) -> Binding:
        """
        A phone registers.
        """
        made = binding(NUMBER)._replace(
            contact=f"<sip:{NUMBER}@192.168.1.30:5060;line=1>",
            host="203.0.113.5",
            user_agent=agent,
            registered=NOW + after,
            **more,
        )
        self.registry.bind(made.number, (made,))
        self.registry.notify()
        return made

    def test_facts(self) -> None:
        """
        Model, firmware and both addresses are noted for the number's device.
        """
        self.register()
        report = self.registry.checkins[MAC]
        self.assertEqual(
            (report.product, report.software_version, report.private_ip),
            ("C610 IP", "42.258.00.000.000", "192.168.1.30"),
        )
        self.assertEqual((report.public_ip, report.seen), ("203.0.113.5", NOW))

    def test_sameAgain(self) -> None:
        """
        The same once more is no news for up to an hour, and then is.
        """
        self.register()
        before = self.registry.checkins[MAC]
        left = 3600 - NOW % 3600
        self.register(left - 1, cseq=2)
        self.assertIs(self.registry.checkins[MAC], before)
        self.register(left + 1, cseq=3)
        self.assertEqual(self.registry.checkins[MAC].seen, NOW + left + 1)

    def test_update(self) -> None:
        """
        A new firmware is noted at once.
        """
        self.register()
        self.register(1, AGENT.replace("258", "259"))
        report = self.registry.checkins[MAC]
        self.assertEqual(report.software_version, "42.259.00.000.000")

    def test_noPhone(self) -> None:
        """
        Programs and rubbish report nothing, and the end of a registration
        neither.
        """
        for agent in ("", "PJSUA v2.14", "Mozilla/5.0 (X11)", "x" * 300):
            made = self.register(0, agent)
        self.registry.unbind(made)
        self.registry.notify()
        self.assertEqual(self.registry.checkins, {})

    def test_foreignMac(self) -> None:
        """
        A MAC that a phone tells does not reach another device's record.
        """
        self.register(0, f"{AGENT};{OTHER}")
        self.assertEqual(set(self.registry.checkins), {MAC})

    def test_foreignAccount(self) -> None:
        """
        An account without a device that names another owner's MAC changes nothing
        of that device.
        """
        self.register()
        before = self.registry.checkins[MAC]
        agent = f"N510 IP PRO/42.999.00.000.000;{MAC}"
        made = binding("30000009")._replace(
            contact="<sip:30000009@6.6.6.6>", host="198.51.100.9", user_agent=agent
        )
        self.registry.bind("30000009", (made,))
        self.registry.notify()
        self.assertEqual(self.registry.checkins[MAC], before)

    def test_withoutDevice(self) -> None:
        """
        A number without a device is seen as the guest whose MAC it tells, so
        that the operator finds what to add.
        """
        self.register(0, AGENT, number="30000001")
        self.assertEqual(self.registry.checkins, {})
        self.register(1, f"{AGENT};{OTHER}", number="30000001")
        self.assertEqual(set(self.registry.checkins), {OTHER})
